package leak

// Frames and heads of stack traces. A frame rule is certain from its second
// frame on; one frame alone is likely. The loose forms at the end, a file with a
// line, never become certain.
var traceRules = trace([]rule{
	{id: "trace/go", frames: 2, triggers: []string{".go:"}, re: `[\w./\-@~!]+\.go:\d+ \+0x[0-9a-f]+`},
	{id: "trace/go", certainty: Certain, triggers: []string{"goroutine "}, re: `goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[a-z][a-z ,0-9()]*\]:`},
	{id: "trace/go", triggers: []string{"runtime error: "}, re: `runtime error: (?:index out of range|invalid memory address|slice bounds|integer divide|makeslice|hash of unhashable|comparing uncomparable)|panic: runtime error`},
	{id: "trace/java", frames: 2, triggers: []string{".java:", ".kt:", ".scala:", ".groovy:", ".clj:", "native method)", "unknown source)", "<generated>)"},
		re: `(?:at |^|\n|\t| )((?:[\w.@\-]+/{1,2}){0,3}[\w$]+(?:\.[\w$<>\-]+)+\((?:[\w$\-]+\.(?:java|kt|scala|groovy|clj):\d+|Native Method|Unknown Source|<generated>)\))`},
	{id: "trace/java", triggers: []string{"caused by: ", "exception in thread", "nested exception is"},
		re: `(?:[Cc]aused by:|Exception in thread "[^"]*"|nested exception is) (?:\[CIRCULAR REFERENCE: ?)?[a-z][\w$]*(?:\.[\w$]+)*\.[A-Z][\w$]*`},
	{id: "trace/python", frames: 2, triggers: []string{`", line `}, re: `File "[^"\n]{1,300}", line \d+(?:, in \S+)?`},
	{id: "trace/python", certainty: Certain, triggers: []string{"traceback (most recent call last)"}, re: `Traceback \(most recent call last\):`},
	{id: "trace/node", frames: 2, triggers: []string{"js:", "ts:", "sx:", "at node:", "(node:", "(internal/", "(<anonymous>", "vue:"},
		re:  `\bat (?:async )?(?:new )?(?:[\w.$<>\[\] #]{1,100} \()?(?:(?:file://|webpack(?:-internal)?://|node:|internal/|/|\.{1,2}/|[A-Za-z]:[\\/])[^\s()]{1,300}:\d+:\d+|[\w./\-@]+\.(?:[cm]?js|tsx?|jsx):\d+:\d+|<anonymous>)\)?`,
		not: `^at \(?<anonymous>\)?$`},
	{id: "trace/php", frames: 2, triggers: []string{".php(", "[internal function]", "{main}"}, re: `#\d+ (?:\S+\.php\(\d+\): |\[internal function\]: |\{main\})`},
	{id: "trace/php", triggers: []string{".php on line", ".php:", ".php</b> on line", ".php(", ".phtml"}, re: `[\w./\\:\-]+\.ph(?:p|tml)(?:</b>)?(?: on line (?:<b>)?|:| \(line |\()\d+`},
	{id: "trace/ruby", frames: 2, triggers: []string{".rb:", ".erb:", ".ru:", ".rake:"}, re: "[\\w./\\-+]+\\.(?:rb|erb|haml|ru|rake):\\d+:in [`'‘]"},
	{id: "trace/dotnet", frames: 2, triggers: []string{"   at ", ":line "}, re: "(?:^|\\n|\\s)(?:at|à|bei|en) [A-Za-z_][\\w`+<>\\[\\],|]*(?:\\.[\\w`+<>\\[\\],|]+)+\\([\\w`+<>\\[\\], .&*?]*\\)(?: in \\S.{0,200}:(?:line|Zeile|ligne) \\d+)?"},
	{id: "trace/dotnet", certainty: Certain, triggers: []string{"--- end of "}, re: `--- End of (?:stack trace from previous location|inner exception stack trace)`},
	{id: "trace/dotnet", triggers: []string{".cs:line", ".vb:line", ".fs:line"}, re: `\S+\.(?:cs|vb|fs):line \d+`},
	{id: "trace/perl", frames: 2, triggers: []string{".pm line", ".pl line", ".cgi line", ".psgi line", ".t line"}, re: `(?:called )?at \S+\.(?:p[lm]|cgi|psgi|t) line \d+`},
	{id: "trace/lua", frames: 2, triggers: []string{".lua:"}, re: `[\w./\-]+\.lua:(?:\d+:| in (?:main chunk|function|method|upvalue|field))`},
	{id: "trace/lua", certainty: Certain, wide: true, triggers: []string{"stack traceback:"}, re: `stack traceback:\s+(?:\[C\]|coroutine \d|\S+\.lua:|\.\.\.)`},
	{id: "trace/rust", certainty: Certain, triggers: []string{"panicked at"}, re: `thread '[^'\n]*' (?:\(\d+\) )?panicked at `},
	{id: "trace/rust", frames: 2, triggers: []string{".rs:"}, re: `[\w./\-]+\.rs:\d+:\d+`},
	{id: "trace/rust", frames: 2, triggers: []string{": core::", ": std::", ": tokio::", ": axum::", ": actix_", ": hyper::", ": rust_begin_unwind"}, re: `\b\d+:\s+(?:0x[0-9a-f]+ - )?(?:(?:<?[a-z_]\w*(?: as [\w:]+>)?::)+[\w{}<>#:]+|rust_begin_unwind)`},
	{id: "trace/elixir", frames: 2, triggers: []string{".ex:", ".exs:", ".erl:"}, re: `(?:\([\w ]+ [\d.]+(?:-\w+)?\) )?[\w./\-]+\.(?:exs?|erl):\d+: (?:anonymous fn|:?\w[\w.?!/:]*)`},
	{id: "trace/elixir", triggers: []string{"** ("}, re: `\*\* \((?:[A-Z]\w*\.?)+\) `},
	{id: "trace/elixir", certainty: Certain, triggers: []string{"#pid<"}, re: `#PID<\d+\.\d+\.\d+>`},
	{id: "trace/erlang", frames: 2, triggers: []string{"[{file,", "{line,"}, re: `\{\w+,'?[\w\-/]+'?,(?:\d+|\[[^\]]*\]),\s*\[(?:\{error_info[^}]*\}[^{]*)?\{file,\s*"[^"]+"\},\s*\{line,\s*\d+\}\]\}`},
	{id: "trace/erlang", triggers: []string{"{badmatch,", "{case_clause,", "{badkey,", "function_clause", "{noproc,", "{timeout,{gen_server", "crash report"}, re: `\{(?:badmatch|case_clause|badkey|badarity|noproc|nocatch|try_clause),[^\n]{1,200}|\{function_clause,|\{timeout,\{gen_server,call|CRASH REPORT`},
	{id: "trace/haskell", certainty: Certain, triggers: []string{"hascallstack"}, re: `CallStack \(from HasCallStack\):`},
	{id: "trace/haskell", triggers: []string{".hs:", "prelude."}, re: `[\w./\-]+\.hs:(?:\d+:\d+|\(\d+,\d+\))|Prelude\.\w+: `},
	{id: "trace/tcl", certainty: Certain, wide: true, triggers: []string{"while executing", "invoked from within"}, re: `(?:while executing|invoked from within)\s*\n"|\(procedure "[^"]+" line \d+\)`},
	{id: "trace/dart", frames: 2, triggers: []string{".dart:"}, re: `(?:package|dart|file):[\w./\-]+(?:\.dart)?:\d+(?::\d+)?`},
	{id: "trace/swift", triggers: []string{".swift:", "fatal error: "}, re: `[\w./\-]+\.swift:\d+|Fatal error: (?:Unexpectedly found nil|Index out of range)`},
	{id: "trace/native", frames: 2, triggers: []string{"#0 ", "#1 ", "#2 "}, re: `#\d+\s+0x[0-9a-f]{4,16} in [\w:~<>]+`},
	{id: "trace/native", triggers: []string{"segmentation fault", "terminate called", "addresssanitizer", "core dumped", "' failed."}, re: `Segmentation fault|terminate called after throwing|ERROR: AddressSanitizer|\(core dumped\)|Assertion ['\x60][^'\n]+' failed`},
	{id: "trace/native", triggers: []string{".cpp:", ".cc:", ".c:", ".hpp:", ".cxx:", ".h:"}, re: `[\w/\-]+\.(?:cpp|cc|cxx|c|hpp|h):\d+(?::\d+)?\b`, not: `\.cc:\d+$`},
	{id: "trace/ocaml", frames: 2, triggers: []string{`in file "`, `at file "`}, re: `(?:Raised|Called|Re-raised)[^\n]{0,100} file "[^"]+\.ml", lines? \d+`},
	{id: "trace/julia", frames: 2, triggers: []string{".jl:"}, re: `[\w./\-]+\.jl:\d+`},
	{id: "trace/crystal", frames: 2, triggers: []string{".cr:"}, re: `from [\w./\-]+\.cr:\d+:\d+ in '`},
	{id: "trace/nim", frames: 2, triggers: []string{".nim("}, re: `[\w./\-]+\.nim\(\d+(?:, \d+)?\)`},
	{id: "trace/zig", frames: 2, triggers: []string{".zig:"}, re: `[\w./\-]+\.zig:\d+:\d+: 0x[0-9a-f]+`},
	{id: "trace/r", triggers: []string{"error in "}, re: `Error in [\w.]+\([^\n]*\) ?: `},
	{id: "trace/coldfusion", triggers: []string{".cfm", ".cfc"}, re: `\S+\.cf[mc]: line \d+`},
	{id: "trace/asp", triggers: []string{".asp, line", "' runtime error '", "error '800"}, re: `\S+\.asp, line \d+|VBScript runtime error '[0-9a-f]{8}'|error '80[0-9a-f]{6}'`},
	{id: "trace/plsql", triggers: []string{"ora-06512"}, re: `ORA-06512: at `},
	{id: "trace/abap", triggers: []string{"abap "}, re: `Termination occurred in the ABAP program|ABAP runtime error`},
	{id: "trace/line", triggers: []string{".go:", ".py:", ".js:", ".ts:", ".mjs:", ".cjs:", ".tsx:", ".rb:", ".ex:", ".exs:", ".java:", ".kt:", ".scala:", ".cs:", ".erl:", ".clj:", ".groovy:", ".lua:", ".jl:", ".ml:", ".cr:"},
		re:  `\b[\w./\\\-@]*\w\.(?:go|py|[cm]?[jt]sx?|rb|exs?|java|kt|scala|cs|erl|clj|groovy|lua|jl|ml|cr):\d+\b`,
		not: `(?i)\.(?:com|org|net|co|gov|gob|edu|ac|gop|www\.\w+)\.(?:py|cr|ml):\d+$|^www\.`},
	{id: "trace/line", triggers: []string{".py line", ".py, line", ".py\", line", ".js line", ".rb line", ".go line", ".pm line", ".pl line"}, re: `[\w./\\\-]+\.(?:py|js|rb|go|p[lm])"?,? line \d+`},
})

func trace(rules []rule) []rule { return family("trace", "CWE-209", Likely, rules) }

// family fills in what all rules of a table share.
func family(name, cwe string, certainty Certainty, rules []rule) []rule {
	for i := range rules {
		rules[i].family = name
		if rules[i].cwe == "" {
			rules[i].cwe = cwe
		}
		if rules[i].certainty == "" {
			rules[i].certainty = certainty
		}
	}
	return rules
}
