package leak

// placeholder texts stand where a secret would stand.
const placeholder = `(?i)://(?:user(?:name)?|root|login|foo|xxx+):(?:pass(?:word)?|secret|pwd|bar|xxx+|\*+)@(?:localhost|host|hostname|example|server|127\.0\.0\.1)|:(?:\*+|x{3,}|<[^>]*>|\[[^\]]*\]|\.{3}|redacted|password|\$\{?\w+\}?|%s|\{\w+\})@|example|redacted|your[-_]|placeholder|changeme|<[a-z_ -]+>|\*{3,}|x{6,}|\[filtered\]|\[masked\]`

// Credentials. They count in every answer, product data too, unless they are
// things that operations issue.
var secretRules = family("secret", "CWE-200", Likely, []rule{
	{id: "secret/dsn", scope: anywhere, near: 24, also: "@", triggers: []string{"://"}, re: `\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|cockroachdb|clickhouse|nats|kafka|ldaps?|smtps?|ftp|sftp|https?)(?:\+\w+)?://[^\s:/@"'<>]*:([^\s@/"'<>]{3,})@[\w.\-\[]`, not: placeholder},
	{id: "secret/dsn", triggers: []string{"password=", "pwd="}, re: `(?i)(?:host|server|data source|user(?: ?id)?|uid|dbname|database)=[^;\s]+[;\s][^\n]{0,200}?\b(?:password|pwd)=([^;\s"']{3,})`, not: placeholder},
	{id: "secret/dsn", triggers: []string{"@tcp(", "@unix("}, re: `\b[\w\-]+:([^\s@:]{3,})@(?:tcp|unix)\(`, not: placeholder},
	{id: "secret/private-key", scope: anywhere, certainty: Certain, wide: true, triggers: []string{"private key-----"}, re: `-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*([A-Za-z0-9+/=\r\n\\]{40,})`, not: placeholder},
	{id: "secret/aws", scope: anywhere, triggers: []string{"akia", "asia"}, re: `\b((?:AKIA|ASIA)[A-Z2-7]{16})\b`, not: `EXAMPLE`},
	{id: "secret/token", scope: anywhere, triggers: []string{"ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_", "rk_live_", "sk-proj-", "sk-ant-", "aiza", "shpat_", "npm_", "hvs.", "dckr_pat_", "sg."},
		re: `\b((?:gh[pos]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w\-]{20,}|xox[bp]-[\w\-]{20,}|[sr]k_live_[A-Za-z0-9]{20,}|sk-(?:proj|ant)-[\w\-]{20,}|AIza[\w\-]{35}|shpat_[0-9a-f]{32}|npm_[A-Za-z0-9]{36}|hvs\.[\w\-]{24,}|dckr_pat_[\w\-]{27}|SG\.[\w\-]{22}\.[\w\-]{43}))`, not: placeholder},
	{id: "secret/bearer", triggers: []string{"bearer ", "basic "}, re: `(?i)authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+([\w.~+/\-]{6,}=*)|\bbearer\s+([\w~+/\-]*\d[\w.~+/\-]{15,}=*)`, not: placeholder},
	{id: "secret/jwt", triggers: []string{"eyj"}, re: `\b(eyJ[\w\-]{10,}\.eyJ[\w\-]{10,}\.[\w\-]{10,})`},
	{id: "secret/named", triggers: []string{"password", "passwd", "api_key", "apikey", "api-key", "secret", "access_key", "accesskey", "private_key", "client_secret"},
		re:  `(?i)\b[\w\-.]*(?:password|passwd|api[_-]?key|secret(?:[_-]?key)?|access[_-]?key|private[_-]?key|client[_-]?secret)["']?\s?(?:=|:|=>)\s?["']?([^\s"',;&<>{}\[\]()]{6,})`,
		not: `(?i)` + placeholder[4:] + `|[=:>]\s?["']?[a-z]+[.!]?$|[:=]\s*["']?(?:must|should|is|the|please|cannot|can't|field|required|invalid|missing|password|string|null|none|true|false|undefined|minimum|maximum|at|too|this|your|not|has|may|needs|please|expired|incorrect|wrong|does|has|unknown|least|choose|enter|value)\b`},
})

// Dumps of the environment or the configuration.
var envRules = family("env", "CWE-200", Likely, []rule{
	{id: "env/dump", wide: true, triggers: []string{"_url=", "_key=", "path=", "hostname=", "_host=", "_port=", "_token=", "home=", "_password=", "_env="},
		re: `(?:^|[\n\s,;"'{])[A-Z][A-Z0-9_]{2,}=[^\n\s]*[\n\s,;"']+(?:export )?[A-Z][A-Z0-9_]{2,}=[^\n\s]*[\n\s,;"']+(?:export )?[A-Z][A-Z0-9_]{2,}=`},
	{id: "env/name", triggers: []string{"database_url", "redis_url", "mongo", "aws_", "kubernetes_service", "java_home", "node_env", "rails_env", "pgpassword", "pghost", "environment variable", "_dsn"},
		re: `\b(?:DATABASE_URL|REDIS_URL|MONGO(?:DB)?_UR[IL]|AWS_(?:SECRET_)?ACCESS_KEY(?:_ID)?|KUBERNETES_SERVICE_HOST|JAVA_HOME|NODE_ENV|RAILS_ENV|PG(?:PASSWORD|HOST)|[A-Z][A-Z0-9]*_DSN)\b|environment variable "?'?[A-Z][A-Z0-9_]+`},
	{id: "env/name", certainty: Possible, apart: codes, triggers: []string{"_password", "_secret", "_api_key", "_url"}, re: `\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:PASSWORD|SECRET|API_KEY|SECRET_KEY|URL)\b`,
		not: `^(?:INVALID|MISSING|WRONG|BAD|EXPIRED|UNKNOWN|NO|X|WEAK|INCORRECT|RESET|CHANGE|FORGOT|EMPTY|OLD|NEW|ERR|ERROR|AUTH|USER|MALFORMED|UNSAFE)_`},
})
