import type { Rule } from "../rule";
import { accessIsOfNoDomain } from "./access-is-of-no-domain";
import { addressIsPublic } from "./address-is-public";
import { addressIsWrittenExactly } from "./address-is-written-exactly";
import { addressRangeIsNarrow } from "./address-range-is-narrow";
import { addressRangeIsNotOfACloud } from "./address-range-is-not-of-a-cloud";
import { budgetCountsGross } from "./budget-counts-gross";
import { budgetForecasts } from "./budget-forecasts";
import { budgetIsLikeItsSiblings } from "./budget-is-like-its-siblings";
import { generationNumberIsNew } from "./generation-number-is-new";
import { keyDrainsBriefly } from "./key-drains-briefly";
import { keyHasAddressRestriction } from "./key-has-address-restriction";
import { keyHasApiTarget } from "./key-has-api-target";
import { keyHasContact } from "./key-has-contact";
import { keyHasFewAddresses } from "./key-has-few-addresses";
import { keyHasOwner } from "./key-has-owner";
import { keyHasPurpose } from "./key-has-purpose";
import { keyHasRotationPeriod } from "./key-has-rotation-period";
import { keyIsBoundToServiceAccount } from "./key-is-bound-to-service-account";
import { keyIsHandedToNothingElse } from "./key-is-handed-to-nothing-else";
import { keyIsInNoFile } from "./key-is-in-no-file";
import { keyIsNoOutput } from "./key-is-no-output";
import { keyIsPreparedBriefly } from "./key-is-prepared-briefly";
import { keyIsRestrictedAsServerKey } from "./key-is-restricted-as-server-key";
import { keyIsRotatedInTime } from "./key-is-rotated-in-time";
import { keyReadsAreLogged } from "./key-reads-are-logged";
import { keyTargetsGemini } from "./key-targets-gemini";
import { keyTargetsNothingBesidesGemini } from "./key-targets-nothing-besides-gemini";
import { noBasicRoles } from "./no-basic-roles";
import { noKeyMaterialInCode } from "./no-key-material-in-code";
import { nobodyIsExemptFromAudit } from "./nobody-is-exempt-from-audit";
import { oneGenerationServes } from "./one-generation-serves";
import { productionAddressesAreItsOwn } from "./production-addresses-are-its-own";
import { productionHasSpendCap } from "./production-has-spend-cap";
import { productionProjectIsProtected } from "./production-project-is-protected";
import { productionSecretIsReadBySoftware } from "./production-secret-is-read-by-software";
import { projectHasBudget } from "./project-has-budget";
import { providerHasQuotaProject } from "./provider-has-quota-project";
import { readerIsNamedOnItsSecret } from "./reader-is-named-on-its-secret";
import { readerRoleIsAccessor } from "./reader-role-is-accessor";
import { secretHasFewReaders } from "./secret-has-few-readers";
import { secretHasNoCrowdOfReaders } from "./secret-has-no-crowd-of-readers";
import { secretIsNotPublic } from "./secret-is-not-public";
import { secretIsReadInItsEnvironment } from "./secret-is-read-in-its-environment";
import { secretValueIsWriteOnly } from "./secret-value-is-write-only";
import { serviceAccountHoldsNoRole } from "./service-account-holds-no-role";
import { serviceAccountIsOfOneKey } from "./service-account-is-of-one-key";
import { serviceStaysEnabled } from "./service-stays-enabled";
import { servingKeyStays } from "./serving-key-stays";
import { stackHasNoForeignKeys } from "./stack-has-no-foreign-keys";
import { stateIsRemote } from "./state-is-remote";

/** Every policy, by id. */
export const RULES: readonly Rule[] = [
  accessIsOfNoDomain,
  keyHasApiTarget,
  keyTargetsNothingBesidesGemini,
  keyTargetsGemini,
  serviceStaysEnabled,
  keyReadsAreLogged,
  nobodyIsExemptFromAudit,
  projectHasBudget,
  budgetForecasts,
  budgetCountsGross,
  budgetIsLikeItsSiblings,
  productionHasSpendCap,
  keyIsRestrictedAsServerKey,
  keyIsNoOutput,
  keyIsInNoFile,
  keyIsHandedToNothingElse,
  noKeyMaterialInCode,
  noBasicRoles,
  keyHasAddressRestriction,
  addressRangeIsNarrow,
  keyHasFewAddresses,
  addressIsPublic,
  addressRangeIsNotOfACloud,
  productionAddressesAreItsOwn,
  addressIsWrittenExactly,
  keyIsBoundToServiceAccount,
  serviceAccountIsOfOneKey,
  serviceAccountHoldsNoRole,
  keyHasOwner,
  keyHasPurpose,
  keyHasContact,
  productionProjectIsProtected,
  stackHasNoForeignKeys,
  providerHasQuotaProject,
  keyIsRotatedInTime,
  keyDrainsBriefly,
  keyIsPreparedBriefly,
  oneGenerationServes,
  keyHasRotationPeriod,
  servingKeyStays,
  generationNumberIsNew,
  secretIsNotPublic,
  secretHasNoCrowdOfReaders,
  productionSecretIsReadBySoftware,
  secretHasFewReaders,
  secretIsReadInItsEnvironment,
  secretValueIsWriteOnly,
  readerRoleIsAccessor,
  readerIsNamedOnItsSecret,
  stateIsRemote,
];
