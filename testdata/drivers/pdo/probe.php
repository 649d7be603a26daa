<?php
// Speaks the protocol of suites/drivers with PDO, which has no time-out but that for connecting.

$pdo = null;

function query(array $step, string $sql): mixed {
    global $pdo;
    $statement = $pdo->prepare(str_replace('$1', '?', $sql));
    $statement->execute(str_contains($sql, '$1') ? [$step['id']] : []);
    return $statement->columnCount() ? $statement->fetchColumn() : null;
}

function run(array $step): mixed {
    global $pdo;
    switch ($step['do']) {
        case 'connect':
            $pdo = null;
            $pdo = new PDO("pgsql:host={$step['host']};port={$step['port']};dbname={$step['database']};sslmode=disable;gssencmode=disable",
                $step['user'], $step['password'], [PDO::ATTR_TIMEOUT => 2]);
            return query($step, 'select pg_backend_pid()');
        case 'ping':
            return query($step, 'select pg_backend_pid()');
        case 'begin':
            $pdo->beginTransaction();
            return null;
        case 'commit':
            $pdo->commit();
            return null;
        case 'run':
            query($step, $step['sql']);
            return null;
    }
    $pdo = null; // closes
    return null;
}

while (($line = fgets(STDIN)) !== false) {
    $step = json_decode($line, true);
    $answer = [];
    $began = hrtime(true);
    try {
        $answer['value'] = run($step);
    } catch (PDOException $e) {
        $answer = ['class' => get_class($e), 'code' => $e->errorInfo[0] ?? (string) $e->getCode(), 'message' => $e->getMessage(),
            'fields' => ['driver code' => $e->errorInfo[1] ?? null]];
    }
    $answer['ms'] = intdiv(hrtime(true) - $began, 1000000);
    if ($pdo) {
        $answer['tx'] = $pdo->inTransaction() ? 'open or failed' : 'none';
    }
    echo json_encode($answer), "\n";
}
