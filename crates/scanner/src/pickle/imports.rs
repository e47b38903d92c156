//! What an import of a pickle can do: the table.

/// What is known of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It runs code, or leads to what does: how.
    Runs(&'static str),
    /// It is harmless where its arguments are plain to see, and harmless themselves.
    Depends,
    /// Nobody knows it here.
    Unknown,
    /// It makes data.
    Data,
}

const COMMAND: &str = "runs a program";
const CODE: &str = "runs Python code";
const IMPORTS: &str = "imports a module by its name";
const NETWORK: &str = "opens the network";
const FILES: &str = "reads, writes or deletes files";
const NATIVE: &str = "loads native code or reads memory";
const REACHES: &str = "reaches any attribute or name";
const LOADS: &str = "loads another pickle or another one's code";
const CHANGES: &str = "changes the interpreter";
const CARRIES: &str = "makes a function of code within the pickle";

/// Modules (and those below them), the names that count (`*` is any, also at the end of a name), and what they do.
#[rustfmt::skip]
const RUNS: &[(&[&str], &[&str], &str)] = &[
    (&["builtins", "__builtin__"], &["exec", "eval", "compile", "execfile", "breakpoint", "input", "help", "__build_class__"], CODE),
    (&["builtins", "__builtin__"], &["__import__", "reload"], IMPORTS),
    (&["builtins", "__builtin__"], &["open", "file"], FILES),
    (&["builtins", "__builtin__"], &["setattr", "delattr", "globals", "locals", "vars", "apply"], REACHES),
    (&["os", "posix", "nt"], &["*"], COMMAND),
    (&["subprocess", "_posixsubprocess", "_winapi", "commands", "popen2", "pty", "pexpect", "sh", "plumbum", "fabric", "invoke",
       "asyncio.subprocess", "asyncio.unix_events", "asyncio.base_events", "multiprocessing.util", "multiprocessing.spawn",
       "multiprocessing.popen_fork", "multiprocessing.popen_spawn_posix", "multiprocessing.process", "platform._syscmd",
       "distutils", "setuptools", "pip", "ensurepip", "venv", "webbrowser", "antigravity", "pydoc", "cgitb",
       "numpy.distutils", "numpy.f2py", "torch.utils.cpp_extension", "torch.utils.collect_env", "IPython", "idlelib",
       "lib2to3", "paramiko", "docker", "concurrent.futures.process"], &["*"], COMMAND),
    (&["asyncio"], &["create_subprocess*", "run", "get_event_loop"], COMMAND),
    (&["platform"], &["popen", "_syscmd*"], COMMAND),
    (&["sys"], &["*"], CHANGES),
    (&["gc", "inspect", "atexit", "signal", "faulthandler", "site", "sysconfig", "threading.Timer", "_thread", "sched"], &["*"], CHANGES),
    (&["threading"], &["Thread", "Timer", "_start*"], CODE),
    (&["runpy", "code", "codeop", "bdb", "pdb", "trace", "timeit", "profile", "cProfile", "doctest", "unittest", "py_compile",
       "compileall", "symtable", "rlcompleter", "xmlrpc", "torch._dynamo", "torch._inductor", "torch.hub", "numexpr"], &["*"], CODE),
    (&["numpy.testing", "numpy.ma.testutils"], &["runstring", "rundocs", "measure", "run*"], CODE),
    (&["pandas"], &["eval", "query"], CODE),
    (&["pandas.core.computation"], &["*"], CODE),
    (&["sympy"], &["sympify", "parse_expr", "lambdify"], CODE),
    (&["importlib", "imp", "_imp", "_frozen_importlib", "_frozen_importlib_external", "pkgutil", "zipimport", "pkg_resources", "modulefinder"], &["*"], IMPORTS),
    (&["socket", "_socket", "ssl", "select", "selectors", "http.client", "httplib", "http.server", "urllib.request", "urllib2",
       "ftplib", "smtplib", "telnetlib", "poplib", "imaplib", "nntplib", "socketserver", "SocketServer", "requests.api",
       "requests.sessions", "httpx", "aiohttp", "asyncio.streams"], &["*"], NETWORK),
    (&["requests"], &["get", "post", "put", "request", "head", "delete", "patch"], NETWORK),
    (&["urllib"], &["urlopen", "urlretrieve", "URLopener", "FancyURLopener"], NETWORK),
    (&["shutil", "tempfile", "fileinput", "mmap", "dbm", "shelve", "sqlite3", "tarfile", "zipfile", "linecache", "glob"], &["*"], FILES),
    (&["io", "_io", "_pyio", "codecs", "bz2", "lzma", "gzip", "tokenize"], &["open", "FileIO", "open_code", "OpenWrapper", "BZ2File", "LZMAFile", "GzipFile"], FILES),
    (&["pathlib"], &["*.*"], FILES),
    (&["numpy"], &["fromfile", "memmap", "savetxt", "save", "DataSource", "genfromtxt", "loadtxt"], FILES),
    (&["pandas"], &["read_*"], FILES),
    (&["ctypes", "_ctypes", "cffi", "_cffi_backend", "numpy.ctypeslib", "torch.ops", "torch.classes"], &["*"], NATIVE),
    (&["torch"], &["load", "jit.load", "compile"], LOADS),
    (&["torch.serialization", "torch.jit", "torch.package"], &["load*", "_load*"], LOADS),
    (&["numpy", "numpy.lib", "numpy.lib.npyio", "numpy.lib._npyio_impl", "numpy.lib.format"], &["load", "read_array"], LOADS),
    (&["pickle", "_pickle", "cPickle", "pickletools", "marshal", "yaml", "jsonpickle", "dill.session"], &["*"], LOADS),
    (&["cloudpickle", "dill", "joblib", "sklearn.externals.joblib", "hickle", "klepto"], &["load", "loads", "_load*pickle", "Unpickler"], LOADS),
    (&["cloudpickle", "pyspark.cloudpickle", "ray.cloudpickle", "joblib.externals.cloudpickle", "srsly.cloudpickle"],
       &["_make_*", "_fill_function", "_builtin_type", "subimport", "dynamic_subimport", "_function_setstate"], CARRIES),
    (&["dill._dill", "dill.dill"], &["_create_function", "_create_code", "_import_module", "_load_type", "_eval_repr", "_getattribute", "_get_attr"], CARRIES),
    (&["types"], &["FunctionType", "LambdaType", "CodeType", "MethodType", "ModuleType", "GeneratorType", "CoroutineType", "new_class"], CARRIES),
    (&["new"], &["code", "function", "instancemethod", "classobj"], CARRIES),
    (&["operator", "_operator"], &["attrgetter", "methodcaller", "call"], REACHES),
];

/// `getattr` with a plain name is how a bound method is pickled, and a pickle within the pickle how a tensor is.
const DEPENDS: &[(&str, &str)] =
    &[("builtins", "getattr"), ("__builtin__", "getattr"), ("torch.storage", "_load_from_bytes")];

/// Names that run code whatever module has them.
const RUNNING_NAMES: &[&str] = &[
    "exec",
    "eval",
    "execfile",
    "system",
    "popen",
    "Popen",
    "check_output",
    "check_call",
    "getoutput",
    "getstatusoutput",
    "__import__",
    "import_module",
    "load_module",
    "exec_module",
    "runstring",
    "runsource",
    "runcode",
    "run_module",
    "run_path",
    "exec_command",
    "read_pickle",
    "load_library",
];

/// Modules that others hold as an attribute: `some.module` `os.system`.
const HELD: &[&str] = &[
    "os",
    "sys",
    "subprocess",
    "builtins",
    "__builtin__",
    "posix",
    "nt",
    "shutil",
    "socket",
    "importlib",
    "ctypes",
    "pty",
    "runpy",
    "pickle",
    "marshal",
    "tempfile",
];

/// Makers of data in the modules above and elsewhere. `*` as above.
#[rustfmt::skip]
const DATA: &[(&str, &[&str])] = &[
    ("builtins", BUILTINS), ("__builtin__", BUILTINS), ("exceptions", &["*"]),
    ("os", &["stat_result", "terminal_size", "path.join"]), ("socket", &["AddressFamily", "SocketKind", "SocketType"]),
    ("http", &["HTTPStatus"]), ("tempfile", &["SpooledTemporaryFile"]), ("urllib.parse", &["*Result*"]),
    ("inspect", &["Parameter", "Signature", "_ParameterKind"]), ("signal", &["Signals"]), ("ssl", &["TLSVersion"]),
    ("ctypes", &["c_*"]), ("types", &["SimpleNamespace"]), ("zipfile", &["ZipInfo"]), ("tarfile", &["TarInfo"]),
    ("copyreg", &["_reconstructor", "__newobj__", "__newobj_ex__"]), ("copy_reg", &["_reconstructor", "__newobj__"]),
    ("_codecs", &["encode"]), ("codecs", &["encode"]), ("re", &["_compile"]), ("array", &["array", "_array_reconstructor"]),
    ("collections", &["OrderedDict", "defaultdict", "deque", "Counter", "namedtuple", "ChainMap"]), ("_collections", &["*"]),
    ("datetime", &["*"]), ("_datetime", &["*"]), ("decimal", &["Decimal"]), ("_pydecimal", &["Decimal"]), ("fractions", &["Fraction"]),
    ("uuid", &["UUID", "SafeUUID"]), ("random", &["Random"]), ("zoneinfo", &["*"]), ("pytz", &["*"]), ("dateutil", &["*"]),
    ("pathlib", &["*Path"]), ("pathlib._local", &["*Path"]), ("itertools", &["count", "chain", "repeat", "cycle"]),
    ("numpy", &["ndarray", "dtype", "matrix", "ufunc", "_ufunc_reconstruct", "bool_", "int*", "uint*", "float*", "complex*", "str_", "bytes_", "recarray", "record", "void", "object_", "datetime64", "timedelta64"]),
    ("numpy.core", MAKERS), ("numpy._core", MAKERS), ("numpy.random", MAKERS), ("numpy.ma", MAKERS), ("numpy.dtypes", &["*"]),
    ("pandas", MAKERS), ("scipy", MAKERS), ("sklearn", MAKERS), ("xgboost", MAKERS), ("lightgbm", MAKERS), ("catboost", MAKERS),
    ("torch", MAKERS), ("torchvision", MAKERS), ("joblib.numpy_pickle", &["NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper"]),
    ("docutils", MAKERS), ("sphinx", MAKERS), ("networkx", MAKERS), ("PIL", MAKERS), ("scipy.sparse", MAKERS),
];

#[rustfmt::skip]
const BUILTINS: &[&str] = &[
    "set", "frozenset", "dict", "list", "tuple", "int", "long", "float", "complex", "bytes", "bytearray", "str", "unicode",
    "basestring", "bool", "slice", "range", "xrange", "object", "type", "Ellipsis", "NotImplemented", "enumerate", "zip",
    "reversed", "property", "print", "len", "min", "max", "sum", "abs", "sorted", "iter", "NoneType", "*Error", "*Exception", "*Warning", "StopIteration", "KeyboardInterrupt",
];

/// Of the libraries below, classes (`^`), and the functions that put an object together again.
#[rustfmt::skip]
const MAKERS: &[&str] = &[
    "^", "_reconstruct", "scalar", "_frombuffer", "__*_ctor", "_rebuild_*", "_unpickle_*", "__pyx_unpickle_*", "_new_Index", "new_block", "new_blocks",
    "_new_DatetimeIndex", "_new_PeriodIndex", "_unpickle_block", "__generator_ctor", "_mareconstruct", "_mrreconstruct", "_set_stateful",
    "_generator_ctor", "device", "dtype", "storage", "float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "newObj", "_convert_str_to_ufunc",
];

/// What the import of `name` from `module` can do.
pub(super) fn kind(module: &str, name: &str) -> Kind {
    if DEPENDS.contains(&(module, name)) {
        return Kind::Depends;
    }
    let is_data = is_data(module, name);
    if let Some((.., what)) = RUNS.iter().find(|(modules, names, _)| {
        modules.iter().any(|known| is_below(module, known)) && names.iter().any(|known| is_like(name, known))
    }) && !is_data
    {
        return Kind::Runs(what);
    }
    let parts = || name.split('.');
    // `random._os` is a module's own name for another.
    let is_held = |part: &str| HELD.contains(&part) || HELD.contains(&part.trim_start_matches('_'));
    if parts().any(|part| is_held(part) || is_hidden(part)) && !is_data {
        return Kind::Runs(REACHES);
    }
    if runs_by_name(name) {
        return Kind::Runs(CODE);
    }
    if is_data { Kind::Data } else { Kind::Unknown }
}

/// Whether the name alone says that code is run.
pub(super) fn runs_by_name(name: &str) -> bool {
    RUNNING_NAMES.contains(&name.rsplit('.').next().unwrap_or(name))
}

fn is_data(module: &str, name: &str) -> bool {
    let known = |(of, names): &(&str, &[&str])| {
        is_below(module, of) && names.iter().any(|known| is_like(name, known))
    };
    DATA.iter().any(known)
}

fn is_below(module: &str, of: &str) -> bool {
    module.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a name is the pattern: `*` at either end of a part is anything without a dot, alone it is everything; `^` is a
/// class by its capital.
fn is_like(name: &str, pattern: &str) -> bool {
    let plain = |text: &str| !text.contains('.');
    match pattern {
        "*" => true,
        "*.*" => !plain(name),
        "^" => plain(name) && name.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase()),
        _ => {
            let mut pieces = pattern.split('*');
            let (first, last) = (pieces.next().unwrap_or_default(), pieces.next_back());
            let Some(last) = last else { return name == pattern };
            let Some(inner) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
                return false;
            };
            plain(name) && pieces.all(|piece| inner.contains(piece))
        }
    }
}

/// A name between double underscores leads from any object to everything.
pub(super) fn is_hidden(name: &str) -> bool {
    let is_maker =
        matches!(name, "__new__" | "__init__" | "__newobj__" | "__newobj_ex__" | "__name__" | "__doc__");
    name.len() > 4 && name.starts_with("__") && name.ends_with("__") && !is_maker
}
