<?php
// Opening hours. BUG=1: the body of every error that is none of the caller's says 500, whatever the status line says.
declare(strict_types=1);

const LIMIT = 0.5, BIGGEST = 65536; // seconds for one call, so that three behind one another are in time; bytes of its answer
ini_set('display_errors', '0');
ini_set('log_errors', '1');
ini_set('error_log', 'php://stderr');
set_error_handler(fn(int $no, string $text, string $file, int $line) => throw new ErrorException($text, 0, $no, $file, $line));

final class Trouble extends RuntimeException {}

/** One call of LIMIT seconds at most: [status, header, body]. */
function ask(string $base, string $path): array
{
    $until = microtime(true) + LIMIT;
    ['host' => $host, 'port' => $port] = parse_url($base) + ['port' => 80];
    $left = function () use ($until): float {
        $left = $until - microtime(true);
        return $left > 0 ? $left : throw new Trouble('hours are late', 504);
    };
    $s = stream_socket_client("tcp://$host:$port", $no, $text, $left());
    try {
        fwrite($s, "GET $path HTTP/1.0\r\nHost: $host:$port\r\nAccept: application/json\r\nConnection: close\r\n\r\n");
        stream_set_blocking($s, false);
        for ($got = ''; !feof($s);) {
            $read = [$s];
            $none = [];
            $rest = $left();
            stream_select($read, $none, $none, (int) $rest, (int) (($rest - (int) $rest) * 1e6));
            $got .= (string) fread($s, 8192);
            if (strlen($got) > BIGGEST) throw new Trouble('hours are not to be had', 502);
        }
    } finally {
        fclose($s);
    }
    [$head, $body] = explode("\r\n\r\n", $got, 2) + [1 => ''];
    if (!preg_match('~^HTTP/1\.[01] (\d{3})[ \r]~', $head, $status)) throw new Trouble('hours are not to be had', 502);
    if (preg_match('~\r\ncontent-length: *(\d+) *(\r|$)~i', $head, $size) && strlen($body) !== (int) $size[1]) throw new Trouble('hours are not to be had', 502);
    return [(int) $status[1], $head, $body];
}

function hours(): array
{
    [$status, $head, $body] = ask((string) getenv('HOURS_URL'), '/hours');
    if ($status !== 200 || !preg_match('~\r\ncontent-type: *application/json~i', $head)) throw new Trouble('hours are not to be had', 502);
    $found = json_decode($body, true, 16, JSON_THROW_ON_ERROR);
    if (!is_array($found) || !is_string($found['opens'] ?? null) || !is_string($found['closes'] ?? null)) throw new Trouble('hours are not to be had', 502);
    return ['opens' => $found['opens'], 'closes' => $found['closes']];
}

function answer(int $status, array $body): bool
{
    http_response_code($status);
    header('Content-Type: application/json');
    if ($status === 405) header('Allow: GET, HEAD');
    if ($status >= 400) $body['statusCode'] = getenv('BUG') === '1' && $status >= 500 ? 500 : $status;
    echo json_encode($body);
    return true;
}

header_remove('X-Powered-By');
try {
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    if (!in_array($path, ['/hours', '/livez', '/readyz'], true)) return answer(404, ['error' => 'nothing is here']);
    if (!in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD'], true)) return answer(405, ['error' => 'this is only read']);
    if ($path !== '/livez' && !preg_match('~^http://[^/:]+:\d+/?$~', (string) getenv('HOURS_URL'))) {
        error_log('HOURS_URL is no address');
        header('Retry-After: 60');
        return answer(503, ['error' => 'this service is not set up']);
    }
    return answer(200, $path === '/hours' ? hours() : ['ok' => true]);
} catch (Throwable $e) {
    error_log($e::class . ': ' . $e->getMessage());
    if ($e instanceof Trouble) return answer($e->getCode(), ['error' => $e->getMessage()]);
    if ($e instanceof ErrorException || $e instanceof JsonException) return answer(502, ['error' => 'hours are not to be had']);
    return answer(500, ['error' => 'our mistake']);
}
