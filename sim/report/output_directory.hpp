#pragma once
// Results appear complete or not at all: they are written beside their place and exchanged by one
// rename.

#include <string>

namespace spikeloom {

class OutputDirectory {
 public:
  /// Prepares results at `path`. Refuses (InputError) to replace a directory that holds anything
  /// but a result.json of the same `format`. Removes what an interrupted run may have left beside
  /// it.
  explicit OutputDirectory(const std::string& path, std::string format = "spikeloom-result/1");
  /// Removes what was not published.
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// Path for a file that is being prepared. Creates the directory at the first call.
  std::string file(const std::string& name);
  void write(const std::string& name, const std::string& text);
  /// Makes everything appear at once under the path given.
  void publish();

 private:
  std::string format_, path_, staging_;
};

}  // namespace spikeloom
