<?php
// Sightings of birds from a register, page by page. A cursor is sealed (encrypted, new each time); errors are plain text.
declare(strict_types=1);
error_reporting(E_ALL);
ini_set('display_errors', '0');
ini_set('log_errors', '1');

function text(int $status, string $line, array $headers = []): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    foreach ($headers as $h) header($h);
    echo $line, "\n";
}

function cursor_key(): string
{
    $key = base64_decode((string) getenv('CURSOR_KEY'), true);
    if ($key === false || strlen($key) !== SODIUM_CRYPTO_SECRETBOX_KEYBYTES) throw new DomainException('CURSOR_KEY is not 32 bytes as base64');
    return $key;
}

function seal(int $after): string
{
    $nonce = random_bytes(SODIUM_CRYPTO_SECRETBOX_NONCEBYTES);
    return sodium_bin2base64($nonce . sodium_crypto_secretbox((string) $after, $nonce, cursor_key()), SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
}

function unseal(string $cursor): ?int
{
    try {
        $raw = sodium_base642bin($cursor, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    } catch (SodiumException) {
        return null;
    }
    if (strlen($raw) <= SODIUM_CRYPTO_SECRETBOX_NONCEBYTES) return null;
    $after = sodium_crypto_secretbox_open(substr($raw, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES), substr($raw, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES), cursor_key());
    return $after === false ? null : (int) $after;
}

final class Away extends RuntimeException {}

/** What the register has after an id, within 0.8 seconds. */
function rows(int $after): array
{
    $until = microtime(true) + 0.8;
    $base = (string) getenv('REGISTER_URL');
    if (!preg_match('~^http://[\w.-]+:\d+$~', $base)) throw new DomainException('REGISTER_URL is not an address');
    $options = ['timeout' => 0.8, 'ignore_errors' => true, 'follow_location' => 0, 'header' => "Connection: close\r\n"];
    $in = @fopen("$base/sightings?after=$after", 'r', false, stream_context_create(['http' => $options]));
    if (!$in) throw new Away(microtime(true) > $until - 0.02 ? 'late' : 'no connection');
    stream_set_blocking($in, false);
    for ($raw = ''; !feof($in) && strlen($raw) < 100_000;) {
        $left = $until - microtime(true);
        $read = [$in];
        $none = null;
        if ($left <= 0) throw new Away('late');
        if (@stream_select($read, $none, $none, 0, (int) ($left * 1e6))) $raw .= (string) fread($in, 8192);
    }
    if (!preg_match('~^HTTP/1\.\d 200~', $http_response_header[0] ?? '')) throw new Away('status');
    $rows = json_decode($raw, true)['sightings'] ?? null;
    if (!is_array($rows)) throw new Away('no list');
    foreach ($rows as $row) if (!is_int($row['id'] ?? null) || !is_string($row['bird'] ?? null)) throw new Away('no bird');
    return $rows;
}

function page(int $after): void
{
    $rows = rows($after);
    header('Content-Type: application/json');
    $next = $rows ? seal((int) end($rows)['id']) : null;
    echo json_encode(['sightings' => $rows, 'next' => $next ? '/sightings?after=' . $next : null, 'took_ms' => round((microtime(true) - $_SERVER['REQUEST_TIME_FLOAT']) * 1000, 2)], JSON_UNESCAPED_SLASHES);
}

header_remove('X-Powered-By');
try {
    switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
        case '/up':
            cursor_key();
            text(200, 'up');
            break;
        case '/sightings':
            if (!in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD'])) {
                text(405, 'Sightings can only be read.', ['Allow: GET, HEAD']);
                break;
            }
            $after = isset($_GET['after']) ? unseal((string) $_GET['after']) : 0;
            $after === null ? text(400, 'This is no cursor of ours.') : page($after);
            break;
        default:
            text(404, 'There is nothing here.');
    }
} catch (DomainException $e) {
    error_log('setup: ' . $e->getMessage());
    text(503, 'This service is not set up.', ['Retry-After: 120']);
} catch (Away | ValueError | TypeError $e) {
    error_log('register: ' . $e->getMessage());
    text(503, 'Sightings are not available.', ['Retry-After: 3']);
} catch (Throwable $e) {
    error_log('error: ' . $e::class);
    text(500, 'Something went wrong.');
}
