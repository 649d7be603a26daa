module example.com/quakes

go 1.24
