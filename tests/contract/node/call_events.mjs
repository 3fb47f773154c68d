// Calls every operation of the contract of events from its WSDL and prints the answers as JSON.
// node call_events.mjs ADDRESS LOGIN PASSWORD REQUESTS: the last is JSON, the content of a call by operation
import soap from "soap";

const [address, login, password, requests] = process.argv.slice(2);
const client = await soap.createClientAsync(`${address}/soap/events?wsdl`);
client.setSecurity(new soap.BasicAuthSecurity(login, password));

const answers = {};
for (const [operation, content] of Object.entries(JSON.parse(requests))) {
  const [answer] = await client[`${operation}Async`](content);
  answers[operation] = answer.Response;
}
console.log(JSON.stringify(answers));
