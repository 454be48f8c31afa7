#!/bin/sh
# An agent's loop: make a picture, and branch on the exit code and on the machine-readable recovery.
# Usage: IMAGE_SKILL="node dist/bin/image-skill.cjs" sh examples/agent-loop.sh "a blue whale under a bridge"
set -u
image_skill=${IMAGE_SKILL:-image-skill}
prompt=${1:-"a blue whale under a bridge at night"}
# One key for the whole task: however often this loop repeats the command, it is one picture and one debit.
key="task-$$"

field() { node -e 'let t="";process.stdin.on("data",c=>t+=c).on("end",()=>{let v=JSON.parse(t);for(const k of process.argv[1].split("."))v=v?.[k];console.log(v??"")})' "$1"; }

tries=0
while :; do
  answer=$($image_skill create --local --prompt "$prompt" --idempotency-key "$key")
  code=$?
  case $code in
    0)
      echo "made: $(printf '%s' "$answer" | field data.assets.0.url)"
      exit 0 ;;
    2|6)
      echo "the request itself is wrong: $(printf '%s' "$answer" | field error.message)"
      exit "$code" ;;
    5)
      echo "over a budget or quota: $(printf '%s' "$answer" | field error.code)"
      exit "$code" ;;
    7|8)
      tries=$((tries + 1))
      [ "$tries" -lt 3 ] || { echo "still failing: $(printf '%s' "$answer" | field error.recovery.suggested_command)"; exit "$code"; }
      wait=$(printf '%s' "$answer" | field error.recovery.retry_after_seconds)
      sleep "${wait:-1}" ;;
    *)
      echo "cannot go on ($code): $(printf '%s' "$answer" | field error.recovery.suggested_command)"
      exit "$code" ;;
  esac
done
