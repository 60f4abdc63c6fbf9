#include "sim/rtl/build.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/base/error.hpp"
#include "sim/rtl/command.hpp"
#include "sim/rtl/harness_text.hpp"

namespace spikeloom::rtl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "chip.so";

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw InputError(path.string(), "", "cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw InputError(path.string(), "", "cannot be written");
}

/// FNV-1a, twice with different beginnings: enough to tell files apart, not to keep secrets.
class ContentHash {
 public:
  void add(const std::string& text) {
    for (const char c : text + '\0') {
      low_ = (low_ ^ static_cast<unsigned char>(c)) * kPrime;
      high_ = (high_ ^ static_cast<unsigned char>(c)) * kPrime;
    }
  }
  std::string name() const { return fmt::format("{:016x}{:016x}", high_, low_); }

 private:
  static constexpr std::uint64_t kPrime = 0x100000001B3U;
  std::uint64_t low_ = 0xCBF29CE484222325U, high_ = 0x84222325CBF29CE4U;
};

std::string compiler() {
  const char* const named = std::getenv("CXX");
  return named != nullptr && named[0] != 0 ? named : "c++";
}

fs::path cache_folder() {
  if (const char* const cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] != 0)
    return fs::path(cache) / "spikeloom" / "rtl";
  if (const char* const home = std::getenv("HOME"); home != nullptr && home[0] != 0)
    return fs::path(home) / ".cache" / "spikeloom" / "rtl";
  throw InputError("", "", "neither XDG_CACHE_HOME nor HOME says where compiled RTL is to be kept");
}

/// A folder that is gone at the end, unless it became the library's.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& parent) {
    fs::create_directories(parent);
    std::string pattern = (parent / "building-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw InputError(parent.string(), "", "no folder can be made there");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The design's files in the order in which Verilator reads them.
std::vector<fs::path> design_of(const Sources& sources) {
  std::vector<fs::path> files = {sources.folder / "pkg" / "sl_pkg.sv"};
  std::vector<fs::path> modules;
  for (const auto& entry : fs::directory_iterator(sources.folder / "rtl"))
    if (entry.path().extension() == ".sv") modules.push_back(entry.path());
  std::sort(modules.begin(), modules.end());
  for (const fs::path& module : modules) {
    const auto replaced =
        std::find_if(sources.replaced.begin(), sources.replaced.end(), [&](const auto& entry) {
          return entry.first == module.stem();
        });
    files.push_back(replaced == sources.replaced.end() ? module : replaced->second);
  }
  files.push_back(sources.folder / "check" / "sl_observe.sv");
  return files;
}

/// The first lines of a log that speak of errors, or its last ones.
std::string complaint_of(const fs::path& log) {
  constexpr std::size_t kMostLines = 4;
  std::ifstream stream(log);
  std::vector<std::string> errors, all;
  for (std::string line; std::getline(stream, line);) {
    all.push_back(line);
    if (line.find("rror") != std::string::npos || line.find("undefined") != std::string::npos ||
        line.find("multiple definition") != std::string::npos)
      errors.push_back(line);
  }
  if (errors.empty())
    errors.assign(all.end() - std::min<std::ptrdiff_t>(3, std::ssize(all)), all.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), kMostLines); ++i) text += "\n  " + errors[i];
  return text;
}

class Builder {
 public:
  Builder(const Sources& sources, const fs::path& folder, const BuildWatch& watch)
      : sources_(sources), folder_(folder), log_(folder / "build.log"), watch_(watch) {}

  void build() {
    write_text(folder_ / "sl_top.sv", sources_.top);
    write_text(folder_ / "harness.cpp", kHarnessText);
    write_text(folder_ / "abi.h", kAbiText);
    verilate();
    compile();
    fs::rename(folder_ / "obj" / kLibrary, folder_ / kLibrary);
    fs::remove_all(folder_ / "obj");
  }

 private:
  // All warnings but those of lint are errors; a check that fails ends the simulation.
  // Observers stand in copies of the modules, where bind would put them: it does not find modules
  // that are compiled once for many instances, since those get other names.
  std::vector<std::string> observed_design() const {
    std::vector<std::string> files;
    for (const fs::path& file : design_of(sources_)) {
      const fs::path observer = sources_.folder / "check" / (file.stem().string() + ".observe.svh");
      if (!fs::exists(observer)) {
        files.push_back(file.string());
        continue;
      }
      std::string text = text_of(file);
      const std::size_t end = text.rfind("endmodule");
      if (end == std::string::npos) throw InputError(file.string(), "", "holds no module");
      const fs::path copy = folder_ / file.filename();
      write_text(copy, text.insert(end, text_of(observer)));
      files.push_back(copy.string());
    }
    return files;
  }

  void verilate() {
    if (watch_) watch_("verilating");
    std::vector<std::string> command = {
        "verilator",
        "--hierarchical",
        "--cc",
        "--exe",
        "--assert",
        "-O3",
        "-Wno-fatal",
        "-Wno-lint",
        "-Wwarn-WIDTH",
        "--x-assign",
        "fast",
        "--x-initial",
        "fast",
        "-CFLAGS",
        "-O1 -fPIC -std=c++17 -DVL_USER_FATAL -DVL_USER_FINISH -DVL_USER_STOP -I" +
            folder_.string(),
        "-LDFLAGS",
        "-shared -lz",
        "-o",
        kLibrary,
        "--Mdir",
        (folder_ / "obj").string(),
        "--top-module",
        "sl_top",
        "--prefix",
        "Vsl_top"};
    if (sources_.waveforms) command.push_back("--trace-fst");
    for (const std::string& file : observed_design()) command.push_back(file);
    command.push_back((folder_ / "sl_top.sv").string());
    command.push_back((folder_ / "harness.cpp").string());
    run(command, "Verilator refuses the RTL");
    require_fitting_ports();
  }

  /// A port of another width is a warning to Verilator; the modules of hw/rtl have none.
  void require_fitting_ports() const {
    std::ifstream stream(log_);
    for (std::string line; std::getline(stream, line);)
      if (line.starts_with("%Warning-WIDTH") && line.find("port connection") != std::string::npos)
        throw InputError("", "", "a port of the RTL has another width:\n  " + line);
  }

  void compile() {
    if (watch_) watch_("compiling");
    run({"make",
         "-C",
         (folder_ / "obj").string(),
         "-f",
         "Vsl_top_hier.mk",
         "-j2",
         "OPT_FAST=-O1",
         "OPT_SLOW=-O0",
         "CXX=" + compiler(),
         "LINK=" + compiler()},
        "the compiler refuses the verilated RTL");
  }

  void run(const std::vector<std::string>& command, const std::string& refusal) {
    const CommandResult result = run_command(command, log_);
    if (!result.found)
      throw InputError(
          "",
          "",
          "the program " + command.front() +
              " is not on the PATH; RTL is compiled with Verilator, make and a C++ compiler");
    if (result.status != 0) throw InputError("", "", refusal + ":" + complaint_of(log_));
  }

  const Sources& sources_;
  fs::path folder_, log_;
  const BuildWatch& watch_;
};

std::string name_of(const Sources& sources) {
  ContentHash hash;
  std::vector<fs::path> files = design_of(sources);
  for (const auto& entry : fs::directory_iterator(sources.folder / "check"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) hash.add(file.filename().string() + text_of(file));
  for (const std::string& text :
       {sources.top, std::string(kHarnessText), std::string(kAbiText), compiler()})
    hash.add(text);
  hash.add(sources.waveforms ? "waveforms" : "plain");
  return hash.name();
}

}  // namespace

fs::path build(const Sources& sources, const BuildWatch& watch) {
  const fs::path cache = cache_folder(), folder = cache / name_of(sources);
  if (fs::exists(folder / kLibrary)) return folder / kLibrary;
  const TemporaryFolder temporary(cache);
  Builder(sources, temporary.path(), watch).build();
  std::error_code taken;  // by another process, with the same content
  fs::rename(temporary.path(), folder, taken);
  if (!fs::exists(folder / kLibrary))
    throw InputError(folder.string(), "", "cannot be written: " + taken.message());
  return folder / kLibrary;
}

}  // namespace spikeloom::rtl
