module example.com/new-key-each-try

go 1.26
