form.method = 'post';
form.submit();
