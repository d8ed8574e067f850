#pragma once

// SecretStore in a folder: a file for each secret, encrypted, and the key beside them. Folder and files are their
// owner's alone. Nothing is kept in memory, so that a value put by another process counts at once.
// docs/reference/secrets.md says what this protects from.

#include <filesystem>

#include "sandbox/ports/secret_store.h"
#include "secrets/cipher.h"

namespace sandbox::secrets {

class FileSecrets final : public SecretStore {
 public:
  // The folder and the key are made when the first secret is put.
  explicit FileSecrets(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Status Put(const SecretName& name, std::string_view value) override;
  Status Delete(const SecretName& name) override;
  Result<std::vector<StoredSecret>> List() override;
  Result<std::optional<std::string>> Find(const SecretName& name) override;

 private:
  Result<CipherKey> ReadKey() const;
  Result<CipherKey> MakeKey() const;

  const std::filesystem::path folder_;
};

}  // namespace sandbox::secrets
