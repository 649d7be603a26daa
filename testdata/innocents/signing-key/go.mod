module example.com/signing-key

go 1.26
