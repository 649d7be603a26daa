<?php
// Guests sign a book in PostgreSQL by PDO: who signs twice is told so (23505 is 409).
declare(strict_types=1);

ini_set('display_errors', '0');
ini_set('log_errors', '1');
ini_set('error_log', 'php://stderr');
header_remove('X-Powered-By');

function answer(int $status, array $body): bool
{
    http_response_code($status);
    header('Content-Type: ' . ($status < 400 ? 'application/json' : 'application/problem+json'));
    if ($status === 503) header('Retry-After: 1');
    echo json_encode($body);
    return true;
}

function sign(string $url, string $guest): void
{
    ['host' => $host, 'port' => $port, 'user' => $user, 'pass' => $pass, 'path' => $path] = parse_url($url);
    $db = new PDO("pgsql:host=$host;port=$port;dbname=" . ltrim($path, '/') . ";sslmode=disable;options='-c statement_timeout=700 -c lock_timeout=500'",
        $user, $pass, [PDO::ATTR_TIMEOUT => 1, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $db->prepare('insert into guests (name) values (?)')->execute([$guest]);
}

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$url = (string) getenv('DATABASE_URL');
if ($path === '/livez') return answer(200, ['up' => true]);
if ($path !== '/guests') return answer(404, ['title' => 'nothing is here']);
if (!preg_match('~^postgres(ql)?://[^:@/]+:[^@/]+@[^:/]+:\d+/\w+~', $url)) {
    error_log('DATABASE_URL is no address');
    return answer(503, ['title' => 'this service is not set up']);
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    return answer(405, ['title' => 'guests sign here']);
}
$name = $_GET['name'] ?? '';
if (!is_string($name) || !preg_match('~^[\w-]{1,60}$~', $name)) return answer(422, ['title' => 'a name is wanted']);
try {
    sign($url, $name);
    return answer(201, ['signed' => $name]);
} catch (PDOException $e) {
    $state = (string) ($e->errorInfo[0] ?? '');
    error_log("$state " . $e->getMessage());
    if (in_array($state, ['23505', '23503', '23P01'], true)) return answer(409, ['title' => 'this guest has signed']);
    if (in_array(substr($state, 0, 2), ['22', '23'], true)) return answer(422, ['title' => 'no guest can be called so']);
    if (substr($state, 0, 2) === '42' || substr($state, 0, 2) === 'XX') return answer(500, ['title' => 'our mistake']);
    return answer(503, ['title' => 'the book is not to be had']);
}
