// The texts of this machine's pages, which come with them: they are no part of the first load.
import { language } from "../base/preferences";
import { useText } from "./index";
import { machineEn } from "./machine.en";
import { machineKo } from "./machine.ko";

export type MachineText = typeof machineEn;

export function useMachineText(): MachineText {
  useText(); // follows a change of the language
  return language() === "ko" ? machineKo : machineEn;
}
