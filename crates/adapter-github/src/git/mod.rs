//! Git's own formats, as far as one push needs them: objects, a pack, packet lines. They are small and have not changed
//! since 2007; `docs/decisions/0006` weighs them against a library.

mod object;
mod pack;
pub(crate) mod packet;
mod path;
mod tree;

pub(crate) use object::{Commit, Kind, ObjectId};
pub(crate) use pack::{Pack, PackError};
pub(crate) use path::{attributes_that_change_content, is_gitattributes, refused_name};
pub(crate) use tree::{Mode, Tree};
