/** What a client without dependencies would be: asks for each path in turn and prints what came. */
const [base, token, ...paths] = process.argv.slice(2)
const headers = token === "" ? {} : { authorization: `Bearer ${token}` }
const answers = []
for (const path of paths) answers.push(await (await fetch(`${base}${path}`, { headers })).json())
console.log(JSON.stringify(answers, null, 2))
