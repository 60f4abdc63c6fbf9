#include "sim/report/output_directory.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "models/base/error.hpp"
#include "models/base/json_reader.hpp"

namespace spikeloom {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kOurFiles = {"divergence.fst",
                                         "chip.svg",
                                         "effective.json",
                                         "mapping.h5",
                                         "packets.csv",
                                         "report.html",
                                         "result.json",
                                         "samples.csv",
                                         "spikes.csv",
                                         "state.csv",
                                         "state.h5"};

bool is_ours(const std::string& name) {
  return kOurFiles.contains(name) || name.ends_with(".nirdata.h5");
}

bool holds_format(const fs::path& path, const std::string& format) {
  try {
    const Json result = read_json_file((path / "result.json").string());
    return result.is_object() && result.contains("format") && result["format"] == format;
  } catch (const InputError&) {
    return false;
  }
}

void refuse_foreign(const fs::path& path, const std::string& format) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) throw InputError(path.string(), "", "exists and is no directory");
  if (fs::is_empty(path, error)) return;
  for (const auto& entry : fs::directory_iterator(path, error))
    if (!is_ours(entry.path().filename().string()))
      throw InputError(path.string(),
                       "",
                       "holds " + entry.path().filename().string() +
                           ", which no run wrote, and is not replaced");
  if (holds_format(path, format)) return;
  throw InputError(
      path.string(), "", "holds something other than a " + format + " and is not replaced");
}

std::string staging_prefix(const fs::path& path) {
  std::string prefix = ".";
  return prefix.append(path.filename().string()).append(".run-");
}

// A run that was killed leaves its staging directory; its name carries the process that owned it.
void remove_abandoned(const fs::path& path) {
  std::error_code error;
  const std::string prefix = staging_prefix(path);
  for (const auto& entry : fs::directory_iterator(path.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const long owner = std::strtol(name.c_str() + prefix.size(), nullptr, 10);
    if (owner > 0 && kill(static_cast<pid_t>(owner), 0) != 0 && errno == ESRCH)
      fs::remove_all(entry.path(), error);
  }
}

// Asked before the long work: may something be made where the results will appear?
void refuse_unwritable(const fs::path& path) {
  std::error_code error;
  fs::path parent = path.parent_path();
  while (!fs::exists(parent, error) && parent.has_relative_path()) parent = parent.parent_path();
  const int reason = fs::is_directory(parent, error) ? 0 : ENOTDIR;
  if (reason == 0 && access(parent.c_str(), W_OK) == 0) return;
  throw InputError(
      path.string(),
      "",
      std::string("cannot be written: ") + std::strerror(reason != 0 ? reason : errno));
}

[[noreturn]] void fail_system(const std::string& path, const std::string& action) {
  throw InputError(path, "", "cannot be " + action + ": " + std::strerror(errno));
}

fs::path canonical(const std::string& path) {
  std::error_code error;
  fs::path full = fs::weakly_canonical(fs::absolute(path), error);  // a link is followed
  if (error) throw InputError(path, "", "cannot be written: " + error.message());
  return full.has_filename() ? full : full.parent_path();
}

}  // namespace

OutputDirectory::OutputDirectory(const std::string& path, std::string format)
    : format_(std::move(format)) {
  const fs::path full = canonical(path);
  path_ = full.string();
  staging_ = (full.parent_path() / (staging_prefix(full) + std::to_string(getpid()))).string();
  refuse_foreign(full, format_);
  refuse_unwritable(full);
  remove_abandoned(full);
}

OutputDirectory::~OutputDirectory() {
  std::error_code error;
  fs::remove_all(staging_, error);
}

std::string OutputDirectory::file(const std::string& name) {
  SPIKELOOM_CHECK(is_ours(name), "a later run replaces every file that a run writes");
  std::error_code error;
  fs::create_directories(staging_, error);
  if (error) throw InputError(path_, "", "cannot be written: " + error.message());
  return (fs::path(staging_) / name).string();
}

void OutputDirectory::write(const std::string& name, const std::string& text) {
  std::ofstream stream(file(name), std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) fail_system(path_, "written");
}

void OutputDirectory::publish() {
  refuse_foreign(path_, format_);  // somebody may have put something there meanwhile
  if (rename(staging_.c_str(), path_.c_str()) == 0) return;
  // The old result is in the way: exchange both names in one step; the destructor removes the old.
  if (renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) != 0)
    fail_system(path_, "replaced");
}

}  // namespace spikeloom
