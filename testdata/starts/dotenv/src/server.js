const express = require("express")
const app = express()
const level = process.env.LOG_LEVEL || "info"
app.get("/ready", (req, res) => res.send("ok"))
app.get("/orders", (req, res) => res.json([]))
app.get("/orders/:id", (req, res) => res.json({ id: req.params.id }))
app.listen(process.env.PORT)
