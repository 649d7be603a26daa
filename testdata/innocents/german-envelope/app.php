<?php
// Kontostände in einem Umschlag {success, data|fehler}, Zahlen wie im Deutschen, Meldungen in der Sprache des Aufrufers.
const TEXTE = [
    'de' => ['fort' => 'Die Bank ist zurzeit nicht erreichbar.', 'spät' => 'Die Bank antwortet nicht.', 'nichts' => 'Hier gibt es nichts.', 'intern' => 'Das liegt an uns.'],
    'en' => ['fort' => 'The bank cannot be reached right now.', 'spät' => 'The bank does not answer.', 'nichts' => 'There is nothing here.', 'intern' => 'This is our mistake.'],
];
ini_set('display_errors', '0');
ini_set('log_errors', '1');
ini_set('default_socket_timeout', '1');

class Fehler extends Exception
{
    public function __construct(public int $status, public string $art, string $grund)
    {
        parent::__construct($grund);
    }
}

function bank(): float
{
    $basis = rtrim((string) getenv('BANK_URL'), '/');
    if (!filter_var($basis, FILTER_VALIDATE_URL)) throw new Fehler(503, 'fort', 'BANK_URL fehlt');
    $ende = microtime(true) + 0.8;
    $kontext = stream_context_create(['http' => ['timeout' => 0.8, 'ignore_errors' => true, 'follow_location' => 0, 'header' => "Accept: application/json\r\nConnection: close\r\n"]]);
    $strom = @fopen("$basis/konten/1", 'r', false, $kontext);
    if (!$strom) throw new Fehler(microtime(true) >= $ende - 0.02 ? 504 : 502, microtime(true) >= $ende - 0.02 ? 'spät' : 'fort', 'keine Verbindung');
    stream_set_blocking($strom, false);
    for ($roh = ''; !feof($strom);) {
        $rest = $ende - microtime(true);
        if ($rest <= 0) throw new Fehler(504, 'spät', 'zu langsam');
        $lesen = [$strom];
        $nichts = null;
        try {
            if (@stream_select($lesen, $nichts, $nichts, 0, (int) ($rest * 1e6))) $roh .= (string) fread($strom, 8192);
        } catch (ValueError) {
            throw new Fehler(502, 'fort', 'abgerissen');
        }
        if (strlen($roh) > 50000) throw new Fehler(502, 'fort', 'zu groß');
    }
    $kopf = $http_response_header ?? [];
    if (!preg_match('~^HTTP/1\.\d 200~', $kopf[0] ?? '')) throw new Fehler(502, 'fort', 'Status: ' . substr($kopf[0] ?? '', 9, 3));
    $konto = json_decode($roh, true);
    if (!is_array($konto) || !is_numeric($konto['saldo'] ?? null)) throw new Fehler(502, 'fort', 'unverständlich');
    return (float) $konto['saldo'];
}

$sprache = str_starts_with($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? 'de', 'en') ? 'en' : 'de';
$antwort = function (int $status, array $umschlag) use ($sprache) {
    http_response_code($status);
    header_remove('X-Powered-By');
    header('Content-Type: application/json; charset=utf-8');
    header("Content-Language: $sprache");
    header('Vary: Accept-Language');
    if ($status === 503) header('Retry-After: 10');
    echo json_encode($umschlag, JSON_UNESCAPED_UNICODE);
};
try {
    match (strtok($_SERVER['REQUEST_URI'], '?')) {
        '/lebt' => $antwort(200, ['success' => true]),
        '/konto' => $antwort(200, ['success' => true, 'data' => ['saldo' => number_format(bank(), 2, ',', '.') . ' €', 'stand' => date('d.m.Y H:i:s')]]),
        default => throw new Fehler(404, 'nichts', ''),
    };
} catch (Fehler $f) {
    if ($f->status >= 500) error_log("FEHLER {$f->status} {$f->getMessage()}");
    $antwort($f->status, ['success' => false, 'fehler' => TEXTE[$sprache][$f->art]]);
} catch (Throwable $t) {
    error_log('FEHLER ' . get_class($t));
    $antwort(500, ['success' => false, 'fehler' => TEXTE[$sprache]['intern']]);
}
