#include "models/library/library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

namespace fs = std::filesystem;

bool is_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

std::string library_directory() {
  if (const char* chosen = std::getenv("SPIKELOOM_LIBRARY")) {
    if (!is_directory(chosen))
      throw InputError(
          "", "", "SPIKELOOM_LIBRARY is '" + std::string(chosen) + "', which is not a directory");
    return chosen;
  }
  for (const char* candidate : {SPIKELOOM_INSTALLED_LIBRARY, SPIKELOOM_SOURCE_LIBRARY})
    if (is_directory(candidate)) return candidate;
  throw InputError("",
                   "",
                   "the library was found neither in " SPIKELOOM_INSTALLED_LIBRARY
                   " nor in " SPIKELOOM_SOURCE_LIBRARY "; set SPIKELOOM_LIBRARY");
}

std::vector<std::string> library_names(const std::string& folder) {
  const fs::path path = fs::path(library_directory()) / folder;
  std::error_code failure;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path, failure))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  if (failure) throw InputError(path.string(), "", "cannot be listed: " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace spikeloom
