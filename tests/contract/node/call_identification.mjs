// Calls every operation of the identification contract from its WSDL and prints the answers as JSON.
// node call_identification.mjs ADDRESS LOGIN PASSWORD
import soap from "soap";

const [address, login, password] = process.argv.slice(2);
const wsdl = `${address}/soap/identification?wsdl`;
const security = new soap.BasicAuthSecurity(login, password);
const person = {
  FullName: { FamilyName: "Никакой", FirstName: "Лев", MiddleName: "Ильич" },
};

const gate = await soap.createClientAsync(wsdl, { forceSoap12Headers: true });
gate.setSecurity(security);
const first = gate.UIRGate.WSHttpBinding_IUIRGate;
const [state] = await ask(first.GetMedInsState, {
  ...person,
  Document: [{ DocType: 14, DocIdent: "00 00 № 000001" }],
  Birth: { BirthDate: "1971-04-09" },
});
const [state2] = await ask(first.GetMedInsState2, {
  ...person,
  PolicyType: "3",
  PolicyNumber: "6394789728269662",
  InsDate: "2020-03-02",
});

const attach = await soap.createClientAsync(wsdl);
attach.setSecurity(security);
const [attached] = await ask(attach.GetAttach.GetAttachPort.GetAttach, { ENP: "6394789728269662" });

console.log(JSON.stringify({ GetMedInsState: state, GetMedInsState2: state2, GetAttach: attached }));

function ask(operation, content) {
  return new Promise((resolve, reject) =>
    operation(content, (error, result, raw) => (error ? reject(error) : resolve([result, raw]))),
  );
}
