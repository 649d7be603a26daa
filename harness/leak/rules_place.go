package leak

// Paths of the machine. A path needs a second sign: a root that machines have
// and depth, or a file that programs have; links and echoes are none.
var pathRules = family("path", "CWE-209", Likely, []rule{
	{id: "path/posix", apart: links, triggers: []string{"/etc/", "/var/", "/usr/", "/opt/", "/root/", "/srv/", "/tmp/", "/proc/"},
		re: `(?:^|[\s'"(=:\[<,\x60])((?:file://)?/(?:(?:etc|var|usr|opt|root|srv|tmp|proc)(?:/[\w.@+\-]+){2,}|etc/(?:passwd|shadow|hosts|group|fstab|resolv\.conf|[\w\-]+\.(?:ya?ml|conf|cfg|ini|toml|pem|key))|proc/self\b))`},
	{id: "path/posix", apart: links, triggers: []string{"/app/", "/src/", "/workspace/", "/users/", "/mnt/", "/run/", "/build/", "/code/", "/data/", "/layers/", "/vagrant/", "/tmp/", "/home/"},
		re: `(?:^|[\s'"(=:\[<,\x60])((?:file://)?/(?:app|src|workspace|Users|mnt|run|build|code|data|layers|vagrant|tmp|home)(?:/[\w.@+\-]+)*/[\w.@+\-]+\.(?:py|[cm]?js|tsx?|go|rb|php|java|class|jar|war|dll|exe|so|ya?ml|toml|ini|conf|cfg|env|pem|key|crt|db|sqlite|sock|log|properties|cs|rs|exs?))\b`},
	{id: "path/windows", triggers: []string{`:\`}, re: `\b[A-Za-z]:\\(?:[\w .()\-]+\\){1,}[\w .()\-]+`},
	{id: "path/unc", triggers: []string{`\\`}, re: `(?:^|[\s'"(=])\\\\[\w.\-]+\\[\w$.\-]+(?:\\[\w.$\-]+)*`},
	{id: "path/package", triggers: []string{"site-packages/", "node_modules/", "pkg/mod/", "dist-packages/", "vendor/bundle", "webpack-internal:", "/.m2/", "gems/", ".jar!", ".cargo/registry", "file:///", "classpath:", "boot-inf/", "web-inf/"},
		re: `(?:site|dist)-packages/\w|node_modules/[\w@.]|pkg/mod/\w|vendor/bundle/|webpack-internal:|/\.m2/|/gems/[\w\-]+-\d|\.jar!/|\.cargo/registry|file:///\w|\bclasspath:\S|BOOT-INF/|WEB-INF/`},
})

// Hosts that only the inside knows.
var hostRules = family("host", "CWE-200", Likely, []rule{
	{id: "host/private", certainty: Possible, apart: links, triggers: []string{"10.", "192.168.", "172.1", "172.2", "172.3", "169.254.", "127.0."},
		re: `(?:(?i:version|section|oid|release|build|chapter)[\s:="]{0,3})?(?:^|[^\w.\-/])((?:10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|127\.0\.\d{1,3}\.\d{1,3}))(?:$|[^\w.]|\.(?:$|\s))`, not: `(?i)version|oid|section`},
	{id: "host/private", apart: links, triggers: []string{"10.", "192.168.", "172.1", "172.2", "172.3", "127.0.", "localhost:"},
		re: `(?:^|[^\w.\-@])((?:10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|127\.0\.\d{1,3}\.\d{1,3}|localhost):\d{2,5})\b`},
	{id: "host/local", apart: links, triggers: []string{".internal", ".local", ".lan", ".corp", ".intra", ".cluster", ".consul", ".svc"},
		re: `(?:^|//|[^\w.\-@/])((?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+(?:internal|local|lan|corp|intranet|cluster\.local|consul|svc)(?::\d{2,5})?)(?:$|[^\w.\-@]|\.(?:$|\s))`, not: `(?i)^\W?(?:e\.g|i\.e)`},
	{id: "host/pod", certainty: Possible, triggers: []string{"-"}, value: true, field: "x-served-by|x-backend|x-backend-server|x-server|x-host|x-hostname|x-upstream|x-pod|x-node|x-instance|x-served-from|x-origin-server", re: `^[\w.:\-]+$`},
	{id: "host/ipv6", triggers: []string{"[fd", "[fe80", "[::1]", " fd"}, re: `\[(?:fd[0-9a-f]{2}|fe80|::1)[0-9a-f:]*\](?::\d+)?`},
	{id: "host/location", value: true, field: "location|content-location|refresh|link", re: `://((?:10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|127\.0\.\d+\.\d+|localhost|[\w.\-]+\.(?:internal|local|lan|corp|svc))(?::\d+)?)(?:/|$|>)`},
	{id: "host/big-ip", value: true, field: "set-cookie", re: `^BIGipServer[^=]*=\d+\.\d+\.0000`},
})
