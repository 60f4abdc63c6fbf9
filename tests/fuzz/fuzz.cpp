#include "tests/fuzz/fuzz.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom_fuzz {
namespace {

/// Removes what path_of() has named.
class Folder {
 public:
  std::string path_of(const std::string& name) {
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("spikeloom_fuzz." + std::to_string(::getpid()) + "." + name))
                                 .string();
    paths_.insert(path);
    return path;
  }
  ~Folder() {
    std::error_code ignored;
    for (const std::string& path : paths_) std::filesystem::remove(path, ignored);
  }

 private:
  std::set<std::string> paths_;
};

void require_one_sentence(const spikeloom::InputError& error) {
  const std::string text = error.what();
  if (!spikeloom::holds_control_character(text) && !error.file().empty() &&
      text.starts_with(error.file()))
    return;
  std::cerr << "a refusal that is no line with a file's name: " << text << '\n';
  std::abort();
}

}  // namespace

std::string path_of(const std::string& name) {
  static Folder folder;
  return folder.path_of(name);
}

std::string file_of(const std::string& name, const std::uint8_t* data, std::size_t size) {
  const std::string path = path_of(name);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  return path;
}

void read_or_refuse(const std::function<void()>& parse) {
  try {
    parse();
  } catch (const spikeloom::InputError& error) {
    require_one_sentence(error);
  }
}

}  // namespace spikeloom_fuzz
