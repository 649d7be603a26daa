module example.com/idempotency-keys

go 1.26
