from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/healthz")
def health():
    return jsonify(status="ok")


@app.get("/products")
def products():
    return jsonify([])


@app.get("/products/<int:id>")
def product(id):
    return jsonify(id=id)
