curl -sS -X POST "$HAIDANG_URL/gateway/sandbox"
