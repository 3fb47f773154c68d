// Calls operations of the deployed contract from its WSDL and prints the answers as JSON.
// node call_dcexchange.mjs ADDRESS FILE, where the file holds a JSON object: the name of an operation → its request
import { readFileSync } from "node:fs";
import soap from "soap";

const [address, file] = process.argv.slice(2);
const client = await soap.createClientAsync(`${address}/EchangeServerTFOMS/DCExchangeSrv?wsdl`);
const answers = {};
for (const [name, content] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
  const [result] = await client[`${name}Async`](content);
  answers[name] = result;
}
console.log(JSON.stringify(answers));
