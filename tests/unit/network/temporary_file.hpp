#pragma once
// A file of the running test alone, removed at its end.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace spikeloom_test {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_((std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "." + name))
                  .string()) {}
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }
  void write(const std::string& text) const { std::ofstream(path_) << text; }

 private:
  std::string path_;
};

/// What `act` is refused with, after the file's name.
template <typename Refusal, typename Act>
std::string refusal_after(const std::string& file, const Act& act) {
  try {
    act();
  } catch (const Refusal& error) {
    const std::string text = error.what();
    return text.starts_with(file) ? text.substr(file.size()) : "elsewhere: " + text;
  }
  return "no error";
}

}  // namespace spikeloom_test
