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

/// Beside the running program, if that is installed; else in the source tree, which an older
/// installed copy must not replace for a program just built; else where the package was meant to
/// go.
std::vector<std::string> shipped_candidates() {
  std::vector<std::string> candidates;
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    const fs::path beside = program.parent_path() / SPIKELOOM_LIBRARY_FROM_PROGRAM;
    candidates.push_back(beside.lexically_normal().string());
  }
  candidates.insert(candidates.end(), {SPIKELOOM_SOURCE_LIBRARY, SPIKELOOM_INSTALLED_LIBRARY});
  return candidates;
}

}  // namespace

std::string library_directory() {
  if (const char* chosen = std::getenv("SPIKELOOM_LIBRARY")) {
    if (!is_directory(chosen))
      throw InputError(
          "", "", "SPIKELOOM_LIBRARY is '" + std::string(chosen) + "', which is not a directory");
    return chosen;
  }
  const std::vector<std::string> candidates = shipped_candidates();
  for (const std::string& candidate : candidates)
    if (is_directory(candidate)) return candidate;
  std::string tried;
  for (const std::string& candidate : candidates) tried += " " + candidate;
  throw InputError("", "", "the library is in none of" + tried + "; set SPIKELOOM_LIBRARY");
}

std::string rtl_directory() {
  const fs::path library = library_directory();
  std::error_code ignored;
  for (const fs::path& candidate : {library / "hw", library / ".." / ".." / "hw"})
    if (fs::is_directory(candidate / "rtl", ignored))
      return fs::weakly_canonical(candidate).string();
  throw InputError(library.string(), "", "holds no RTL (hw/rtl)");
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
