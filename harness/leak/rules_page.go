package leak

// Versions of the machinery. Alone they are no more than a hint.
var versionRules = family("version", "CWE-200", Possible, []rule{
	{id: "version/server", value: true, field: "server|via", re: `[A-Za-z][\w.\-]*/\d+\.\d[\w.\-]*|\b(?:OpenSSL|PHP|mod_\w+)/\d\S*`},
	{id: "version/powered-by", value: true, field: "x-powered-by|x-aspnet-version|x-aspnetmvc-version|x-generator|x-php-version|x-framework|x-drupal-cache|x-powered-cms|liferay-portal|x-runtime-version", re: `\S.*`},
	{id: "version/footer", scope: inErrors, triggers: []string{"apache/", "nginx/", "tomcat/", "jetty/", "jetty:// ", "php/", "python/", "werkzeug/", "openssl/", "microsoft-iis/", "wildfly", "jboss", "weblogic", "websphere", "node.js v", "openresty/", "powered by jetty", "lighttpd/", "gunicorn/", "uvicorn/", "phusion passenger"},
		re: `\b(?:Apache(?: Tomcat)?|nginx|Tomcat|Jetty|PHP|Python|Werkzeug|OpenSSL|Microsoft-IIS|WildFly|JBoss\w*|openresty|lighttpd|gunicorn|uvicorn)[/ ]v?\d+(?:\.\w+)+|Node\.js v\d+\.\d+|Powered by Jetty:|WebLogic Server \d|Phusion Passenger`},
	{id: "version/runtime", triggers: []string{"java version", "python version", "django version", "php version", "ruby version", "rails version", ".net framework version", "asp.net version", "laravel ", "python executable"},
		re: `(?i)(?:java|python|django|php|ruby|rails|\.net framework|asp\.net) version:?\s*v?\d+\.\d+|Python Executable:|\bLaravel v?\d+\.\d+`},
})

// Pages and fields that only a debug mode writes. They count in any answer.
var pageRules = family("debug-page", "CWE-215", Certain, []rule{
	{id: "debug/django", scope: inPages, triggers: []string{"you're seeing this error because", "you&#x27;re seeing this error because", "django tried these url patterns", "using the urlconf defined in"}, re: `You(?:'|&#x27;|&#39;)re seeing this error because you have (?:<code>)?DEBUG = True|Django tried these URL patterns|Using the URLconf defined in`},
	{id: "debug/werkzeug", scope: inPages, triggers: []string{"werkzeug debugger", "traceback-wrapper", "__debugger__"}, re: `Werkzeug Debugger|__debugger__=yes`},
	{id: "debug/laravel", scope: inPages, triggers: []string{"window.ignite", "whoops! there was an error", "whoops, looks like something went wrong", "facade\\ignition", "spatie\\laravelignition", "ignition-"}, re: `window\.ignite|Whoops! There was an error|(?:Facade|Spatie)\\(?:Laravel)?Ignition`},
	{id: "debug/symfony", scope: inPages, triggers: []string{"sf-toolbar", "sf-reset", "exception-message-wrapper", "symfony exception", "_profiler/"}, re: `class="[^"]*(?:sf-toolbar|sf-reset|exception-message-wrapper)|<title>[^<]*Symfony Exception|/_profiler/[0-9a-f]{6}`},
	{id: "debug/rails", scope: inPages, triggers: []string{"action controller: exception caught", "better errors", "application trace", "rails.root:"}, re: `Action Controller: Exception caught|id="Application-Trace"|\bRails\.root: /|<title>[^<]*Better Errors`},
	{id: "debug/aspnet", scope: inPages, triggers: []string{"server error in '", "[httpexception", "developer exception page", "description:</b>an unhandled exception", "customerrors mode="}, re: `Server Error in '[^']*' Application|Description: </b>An unhandled exception|<title>Internal Server Error</title>[\s\S]{0,50}DeveloperExceptionPage|&lt;customErrors mode=`},
	{id: "debug/spring", scope: inPages, triggers: []string{"whitelabel error page"}, certainty: Likely, re: `Whitelabel Error Page`},
	{id: "debug/tomcat", scope: inPages, triggers: []string{"exception report"}, re: `<b>[Tt]ype</b> Exception [Rr]eport`},
	{id: "debug/phoenix", scope: inPages, triggers: []string{"plug.debugger", "phoenix.liveview exception", "at get /", "exception-info"}, re: `Plug\.Debugger|class="exception-info"`},
	{id: "debug/play", scope: inPages, triggers: []string{"play.api.", "in /conf/routes", "compilation error</title"}, certainty: Likely, re: `play\.api\.\w+|<title>Compilation error</title>`},
	{id: "debug/pprof", scope: inPages, triggers: []string{"types of profiles available"}, re: `Types of profiles available:`},
	{id: "debug/phpinfo", scope: inPages, triggers: []string{"<title>php ", "phpinfo()"}, re: `<title>PHP \d[^<]* - phpinfo\(\)|<title>phpinfo\(\)`},
	{id: "debug/token", value: true, certainty: Likely, field: "x-debug-token|x-debug-token-link|x-debug-exception|x-debug-exception-file|x-chromelogger-data|x-chromephp-data|x-exception|x-exception-message|x-exception-class|x-stack-trace|x-stacktrace|x-debug|x-debug-error|x-debug-info|x-debug-message|x-error-trace|x-error-stack|x-wf-1-1-1-1|x-firephp-data", re: `\S.*`, not: `(?i)^(?:0|1|false|true|off|on|no|yes|none|null)$`},
	{id: "debug/graphiql", triggers: []string{"debugmessage"}, certainty: Likely, re: `"debugMessage"`},
})

// Names of types and of code.
var typeRules = family("type-name", "CWE-209", Likely, []rule{
	{id: "type/go", triggers: []string{"go struct field", "go value of type", "error:field validation", "into go "}, re: `Go struct field [\w.]+|into Go value of type|Key: '[\w.\[\]]+' Error:Field validation`},
	{id: "type/go", triggers: []string{"*url.error", "*net.operror", "*errors.", "*fmt.", "*pgconn.", "*json.", "*mysql.", "main."}, re: `\*(?:url|net|errors|fmt|pgconn|json|mysql|os|http|exec|context|strconv)\.\w+|&(?:\w+)\.[A-Z]\w+\{`},
	{id: "type/java", triggers: []string{"java.", "javax.", "jakarta.", "kotlin.", "scala.", "org.springframework", "com.fasterxml", "io.micronaut", "io.quarkus", "exception: ", "exception\"", "exception", "class com."},
		re: `\b(?:java|javax|jakarta|kotlin|kotlinx|scala|sun|jdk)\.(?:[a-z]\w*\.)*[A-Z]\w+|\b(?:[a-z][\w]*\.){2,}[A-Z]\w*(?:Exception|Error)\b|org\.springframework\.\w|com\.fasterxml\.|io\.(?:micronaut|quarkus|vertx|ktor)\.\w|\bclass [a-z]\w*(?:\.\w+){2,}`, not: `(?i)https?://\S*$`},
	{id: "type/java", certainty: Certain, triggers: []string{"through reference chain", "->java."}, re: `through reference chain: [\w.$]+\[`},
	{id: "type/exception", apart: codes, triggers: []string{"exception"}, re: `\b(?:[A-Z][a-z0-9]+){2,}Exception\b`},
	{id: "type/dotnet", triggers: []string{"system.", "microsoft."}, re: "\\bSystem\\.(?:(?:\\w+\\.)*\\w+Exception|(?:Int32|Int64|String|Guid|DateTime|Decimal|Boolean|Double|Nullable|Object)\\b|(?:Collections|Net|Data|IO|Threading|Text|Linq|Web)\\.\\w+)|\\bMicrosoft\\.(?:AspNetCore|EntityFrameworkCore|Data|Extensions|CSharp|Azure)\\.\\w+"},
	{id: "type/python", triggers: []string{" object at 0x", "<class '", "<function ", "<module '"}, re: `<[\w.]+ object at 0x[0-9a-f]+|<class '[\w.]+'>|<function [\w.<>]+ at 0x|<module '`},
	{id: "type/python", triggers: []string{".errors.", ".exceptions.", ".exc.", "error"}, re: `\b[a-z_]\w*(?:\.[a-z_]\w*){1,}\.[A-Z]\w*(?:Error|Exception|Timeout|Refused)\b|\b[a-z_]\w*\.(?:errors|exceptions|exc)\.[A-Z]\w+`},
	{id: "type/php", triggers: []string{`\`}, re: `\b(?:App|Illuminate|Symfony|Doctrine|Psr|GuzzleHttp|Laminas|Slim|Cake|Yii|Monolog|Twig|Drupal)\\(?:\w+\\)*\w+|\b(?:[A-Z]\w+\\){1,}[A-Z]\w*(?:Exception|Error)\b`},
	{id: "type/ruby", triggers: []string{"#<"}, re: `#<[A-Z]\w*(?:::\w+)*(?::0x[0-9a-f]+|:? |>)`},
	{id: "type/elixir", triggers: []string{"%ecto", "%{__", "elixir.", "%plug."}, re: `%(?:[A-Z]\w*\.)*[A-Z]\w*\{|\bElixir\.[A-Z]\w+`},
	{id: "type/rust", triggers: []string{"::"}, re: `\b(?:core|std|alloc|tokio|hyper|axum|actix_web|serde_json|sqlx|diesel|reqwest|rocket|tonic)::\w+(?:::\w+)*|\w+::\w+::[A-Z]\w+Error\b`},
	{id: "type/serde", triggers: []string{" at line "}, certainty: Possible, re: `(?:missing field|unknown field|unknown variant|invalid type: \w+[^\n]{0,60}, expected) .{0,80} at line \d+ column \d+`},
	{id: "type/pydantic", triggers: []string{"errors.pydantic.dev", "pydantic"}, re: `errors\.pydantic\.dev|pydantic_core\.|pydantic\.\w`},
	{id: "type/mangled", triggers: []string{"0x"}, certainty: Possible, re: `\b0x[0-9a-f]{8,16}\b`},
})

// Source code and shells.
var sourceRules = family("source", "CWE-209", Likely, []rule{
	{id: "source/php", triggers: []string{"<?php"}, re: `<\?php\b`},
	{id: "source/shell", triggers: []string{"command not found", "exit status ", "exec: \"", "command failed: ", "returned non-zero exit", "signal: killed"}, re: `: command not found|\bexit status \d+|exec: "[^"]+":|Command failed: \S|returned non-zero exit status|signal: killed`},
	{id: "source/python", triggers: []string{"raise "}, re: `^\s+raise \w+(?:Error|Exception)\(`},
})
