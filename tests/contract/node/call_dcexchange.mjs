// Calls operations of the deployed contract from its WSDL and prints the answers as JSON: as the client read them and as they came.
// node call_dcexchange.mjs ADDRESS FILE, where the file holds a JSON object: the name of an operation → its request
import { readFileSync } from "node:fs";
import soap from "soap";
// the operations are those of the WSDL, and one without a request fails

const [address, file] = process.argv.slice(2);
const client = await soap.createClientAsync(`${address}/EchangeServerTFOMS/DCExchangeSrv?wsdl`);
const answers = {};
const requests = JSON.parse(readFileSync(file, "utf8"));
const described = client.describe().DCExchangeSrv.DCExchangeSrvPort;
for (const name of Object.keys(described)) {
  const content = requests[name];
  if (content === undefined) throw new Error(`no request for ${name}`);
  const [result, raw] = await client[`${name}Async`](content);
  answers[name] = { result, raw };
}
console.log(JSON.stringify(answers));
