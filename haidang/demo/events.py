"""What the demo city writes into the ledger."""

EVENTS = {"demo.city.built": "Đã dựng thành phố mô phỏng"}
