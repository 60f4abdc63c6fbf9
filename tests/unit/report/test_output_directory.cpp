#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/base/error.hpp"
#include "sim/report/output_directory.hpp"

using spikeloom::InputError;
using spikeloom::OutputDirectory;
namespace fs = std::filesystem;

namespace {

// A fresh folder that goes away with the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("spikeloom_output_" + std::to_string(getpid()));
  Folder() { fs::remove_all(path), fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator{}));
  }
};

constexpr const char* kResult = R"({"format": "spikeloom-result/1"})";

std::string content(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void publish(const fs::path& path, const std::string& extra) {
  OutputDirectory output(path.string());
  output.write("result.json", kResult);
  output.write("samples.csv", extra);
  output.publish();
}

}  // namespace

TEST_CASE("results appear when they are published, and nothing before") {
  const Folder folder;
  const fs::path out = folder.path / "deep" / "out";
  {
    OutputDirectory output(out.string());
    output.write("result.json", kResult);
    CHECK_FALSE(fs::exists(out));
    output.publish();
  }
  CHECK(content(out / "result.json") == kResult);
  CHECK(std::distance(fs::directory_iterator(out.parent_path()), fs::directory_iterator{}) == 1);
}

TEST_CASE("what is not published leaves nothing") {
  const Folder folder;
  { OutputDirectory((folder.path / "out").string()).write("result.json", kResult); }
  CHECK(folder.entries() == 0);
}

TEST_CASE("an earlier result is replaced whole") {
  const Folder folder;
  publish(folder.path / "out", "first");
  publish(folder.path / "out", "second");
  CHECK(content(folder.path / "out" / "samples.csv") == "second");
  CHECK(folder.entries() == 1);
}

TEST_CASE("an earlier result with any file that a run writes is replaced") {
  const Folder folder;
  const std::string out = (folder.path / "out").string();
  for (int run = 0; run < 2; ++run) {
    OutputDirectory output(out);
    for (const char* name : {"result.json", "packets.csv", "spikes.csv", "mapping.h5"})
      output.write(name, kResult);
    CHECK_NOTHROW(output.publish());
    CHECK_THROWS_AS(output.write("unknown.csv", ""), spikeloom::InternalError);
  }
}

TEST_CASE("a directory of something else is refused and left alone") {
  const Folder folder;
  const fs::path out = folder.path / "out";
  fs::create_directories(out);
  std::ofstream(out / "thesis.txt") << "years of work";
  CHECK_THROWS_WITH_AS(
      OutputDirectory(out.string()),
      (out.string() + ": holds thesis.txt, which no run wrote, and is not replaced").c_str(),
      InputError);
  CHECK(content(out / "thesis.txt") == "years of work");
}

TEST_CASE("a name that no file can have is refused") {
  const Folder folder;
  const std::string out = (folder.path / std::string(300, 'x')).string();
  CHECK_THROWS_WITH_AS(
      OutputDirectory{out}, (out + ": cannot be written: File name too long").c_str(), InputError);
}

TEST_CASE("a result that somebody added to is refused and left alone") {
  const Folder folder;
  publish(folder.path / "out", "x");
  std::ofstream(folder.path / "out" / "notes.txt") << "mine";
  CHECK_THROWS_AS(OutputDirectory((folder.path / "out").string()), InputError);
  CHECK(content(folder.path / "out" / "notes.txt") == "mine");
}

TEST_CASE("a link is followed") {
  const Folder folder;
  publish(folder.path / "out", "first");
  fs::create_directory_symlink(folder.path / "out", folder.path / "link");
  publish(folder.path / "link", "second");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(content(folder.path / "out" / "samples.csv") == "second");
}

TEST_CASE("what appears in the place meanwhile is left alone") {
  const Folder folder;
  const fs::path out = folder.path / "out";
  OutputDirectory output(out.string());
  output.write("result.json", kResult);
  fs::create_directories(out);
  std::ofstream(out / "thesis.txt") << "years of work";
  CHECK_THROWS_AS(output.publish(), InputError);
  CHECK(content(out / "thesis.txt") == "years of work");
}

TEST_CASE("a result.json of a strange kind is refused, not an internal error") {
  const Folder folder;
  const fs::path out = folder.path / "out";
  fs::create_directories(out);
  for (const char* text : {R"({"format": 7})", "[]", "{}", "no json"}) {
    std::ofstream(out / "result.json") << text;
    CHECK_THROWS_AS(OutputDirectory(out.string()), InputError);
  }
}

TEST_CASE("a file in the way is refused") {
  const Folder folder;
  const fs::path out = folder.path / "out";
  std::ofstream(out) << "x";
  CHECK_THROWS_WITH_AS(OutputDirectory(out.string()),
                       (out.string() + ": exists and is no directory").c_str(),
                       InputError);
}

TEST_CASE("what a killed run left behind is removed by the next") {
  const Folder folder;
  constexpr const char* kNoSuchProcess = "4194305";  // above the largest process id of Linux
  const fs::path left = folder.path / (std::string(".out.run-") + kNoSuchProcess);
  fs::create_directories(left);
  publish(folder.path / "out", "x");
  CHECK_FALSE(fs::exists(left));
}
