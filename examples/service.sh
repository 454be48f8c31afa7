#!/bin/sh
# One service for many agents, spoken to with curl: sign up, create, download. Any HTTP client can do the same.
# Usage: IMAGE_SKILL="node dist/bin/image-skill.cjs" sh examples/service.sh
set -eu
image_skill=${IMAGE_SKILL:-image-skill}
folder=$(mktemp -d)
command -v curl >/dev/null || { echo "curl is not installed; skipped"; exit 0; }

# The service writes its envelope in one line when it is ready.
$image_skill serve --port 0 --data "$folder/data" >"$folder/ready.json" 2>"$folder/log" &
service=$!
trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null || true; rm -rf "$folder"' EXIT
while [ ! -s "$folder/ready.json" ]; do sleep 0.1; done

field() { node -e 'let t="";process.stdin.on("data",c=>t+=c).on("end",()=>{let v=JSON.parse(t);for(const k of process.argv[1].split("."))v=v?.[k];console.log(v??"")})' "$1"; }
url=$(field data.public_url <"$folder/ready.json")
json='content-type: application/json'

token=$(curl -sS "$url/v1/agent-signups" -H "$json" \
  -d '{"agent_contact":"agents@example.com","agent_name":"curl","runtime":"sh","return_token":true}' | field data.token)
answer=$(curl -sS "$url/v1/create" -H "$json" -H "authorization: Bearer $token" \
  -d '{"prompt":"a green dragon behind a castle","max_usd":0.05,"idempotency_key":"curl-1"}')
again=$(curl -sS "$url/v1/create" -H "$json" -H "authorization: Bearer $token" \
  -d '{"prompt":"a green dragon behind a castle","max_usd":0.05,"idempotency_key":"curl-1"}')
echo "made $(printf '%s' "$answer" | field data.assets.0.asset_id) for $(printf '%s' "$answer" | field data.quota.consumed_credits) credit"
echo "the same key again: replayed=$(printf '%s' "$again" | field data.idempotent_replayed)"

curl -sS -o "$folder/dragon.png" "$(printf '%s' "$answer" | field data.assets.0.url)"
echo "downloaded $(wc -c <"$folder/dragon.png" | tr -d ' ') bytes"
echo "left: $(curl -sS "$url/v1/quota" -H "authorization: Bearer $token" | field data.limits.remaining_credits) credits"
