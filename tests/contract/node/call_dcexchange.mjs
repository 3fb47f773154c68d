// Calls every served operation of the deployed contract from its WSDL and prints the answers as JSON.
// node call_dcexchange.mjs ADDRESS LOGIN PASSWORD
import { randomUUID } from "node:crypto";
import soap from "soap";

const [address, login, password] = process.argv.slice(2);
const client = await soap.createClientAsync(`${address}/EchangeServerTFOMS/DCExchangeSrv?wsdl`);
const who = { username: login, password, sendercode: login };
const person = {
  a10_dct: 3,
  a12_dcn: "6394789728269662",
  a15_pfio: "Никакой",
  a16_pnm: "Лев",
  a18_ps: "М",
  a19_pbd: "1980-05-17T00:00:00.000",
  a23_dt: 14,
  a25_enp: "6394789728269662",
};
const header = () => ({
  p10_pakagedate: "2020-03-02T10:15:00.000+04:00",
  p11_pakagesender: login,
  p12_pakageguid: randomUUID(),
  p13_zerrpkg: 0,
});
const attachments = () => ({
  orderpack: {
    p10_packinf: header(),
    p11_atachlist: {
      l10_orcl: [
        {
          p10_nzap: 101,
          p11_mocd: login,
          p12_pr: person,
          p13_orcl: [{ a10_aad: "2020-03-02T00:00:00.000", a13_attp: 2, a14_pr: 0, a15_profile: 0 }],
        },
      ],
    },
  },
  ...who,
});
const detachments = {
  orderpack: {
    p10_packinf: header(),
    p11_deatachlist: {
      l10_orcl: [{ p10_nzap: 7, p11_pr: person, p13_add: "2020-03-02T00:00:00.000", p14_adr: 3, p15_mo: login }],
    },
  },
  ...who,
};

const answers = {};
const requests = {
  MakeTestConnect: {},
  GetAttachInformation: { orderpack: { p10_packinf: header(), p11_pr: person }, ...who },
  MakeAttachAction: attachments(),
  MakeDeAttachAction: detachments,
  MakeDeAttachActionCancel: attachments(),
  SetLoginAccess: { sendercode: "08888", username: "08888", password: "Новый-пароль-1", oldpassword: "x" },
  GetQueryForDeAttachForMO: { ...who, synhdate: "2026-11-18T10:00:00.000" },
  SendQueryForDeAttachForMO: {
    orderpack: {
      p10_packinf: header(),
      p11_list: { p_10orcl: [{ m01_nzap: 1, m02_mosrc: login, m03_modes: "08000", m04_pep: person, m05_nntf: "7" }] },
    },
    ...who,
  },
  SendAttachDoctorInformation: { orderpack: { p10_packinf: header(), p11_doclist: {} }, ...who },
  SendAttachDoctorSectionInformation: {
    orderpack: {
      p10_packinf: header(),
      p11_mocd: login,
      p12_orcl: [{ d10_nzap: 1, d11_snils: "000-000-001 01", d14_st: 1, d16_sr: "Лечащий", d20_ds: 0 }],
    },
    ...who,
  },
  GetDeAttachByDate: { ...who, controldate: "2026-11-01T00:00:00.000" },
  GetAttachListByRange: { ...who, startid: 0, isadres: 1 },
  GetAttachListByRangeAct: { ...who, startid: 0, monthact: 10, yearact: 2026 },
  GetAttachListByRangeDead: { ...who, startid: 0 },
  SendAttachMoStreetSection: { orderpack: { p10_packinf: header(), p11_atachmoscstlist: {} }, ...who },
  GetAttachMoStreetSection: { ...who },
};
for (const [name, content] of Object.entries(requests)) {
  const [result] = await client[`${name}Async`](content);
  answers[name] = result;
}
console.log(JSON.stringify(answers));
