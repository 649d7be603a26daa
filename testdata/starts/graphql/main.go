package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	log.Print(os.Getenv("DATABASE_URL"))
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
