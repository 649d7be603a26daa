module example.com/menus

go 1.24
