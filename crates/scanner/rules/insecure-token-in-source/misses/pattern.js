const token = /^ghp_[A-Za-z0-9]+$/;
