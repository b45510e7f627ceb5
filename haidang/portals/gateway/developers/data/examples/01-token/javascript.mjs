const url = process.env.HAIDANG_URL;
const answer = await fetch(`${url}/gateway/sandbox`, { method: "POST" });
const { token, expires_at } = await answer.json();
console.log(token, "until", expires_at);
