#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "models/base/error.hpp"
#include "models/library/library.hpp"

namespace fs = std::filesystem;
using spikeloom::InputError;

namespace {

// A library of our own, chosen by the environment for the life of the object.
class ChosenLibrary {
 public:
  ChosenLibrary()
      : path_(fs::temp_directory_path() / ("spikeloom_test_library_" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "chips");
    setenv("SPIKELOOM_LIBRARY", path_.c_str(), 1);
  }
  ~ChosenLibrary() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }
  void add(const std::string& name) const { std::ofstream(path_ / "chips" / name) << "{}"; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("the environment variable chooses the library") {
  const ChosenLibrary library;
  CHECK(spikeloom::library_directory() == library.path().string());
}

TEST_CASE("a chosen library that does not exist is refused, not replaced by the shipped one") {
  setenv("SPIKELOOM_LIBRARY", "/nonexistent/library", 1);
  CHECK_THROWS_WITH_AS(spikeloom::library_directory(),
                       "SPIKELOOM_LIBRARY is '/nonexistent/library', which is not a directory",
                       InputError);
}

TEST_CASE("without the variable the shipped library is found") {
  unsetenv("SPIKELOOM_LIBRARY");
  CHECK(fs::is_directory(spikeloom::library_directory()));
}

TEST_CASE("names are the stems of the JSON files of a folder, sorted") {
  const ChosenLibrary library;
  for (const char* name : {"small.json", "large.json", "README.md", "medium.json"})
    library.add(name);
  CHECK(spikeloom::library_names("chips") == std::vector<std::string>{"large", "medium", "small"});
}

TEST_CASE("a folder that the library lacks is an input error naming it") {
  const ChosenLibrary library;
  const std::string folder = (library.path() / "planets").string();
  CHECK_THROWS_WITH_AS(spikeloom::library_names("planets"),
                       (folder + ": cannot be listed: No such file or directory").c_str(),
                       InputError);
}
