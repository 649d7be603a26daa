module example.com/sse-clock

go 1.26
