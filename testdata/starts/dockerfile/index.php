<?php
$dsn = getenv('DATABASE_URL');
$key = getenv("STRIPE_API_KEY");
$stripe = getenv("STRIPE_API_URL");
echo json_encode(["ok" => true]);
