#pragma once
// Tells a person how far long work is: one line on a terminal, silence in a pipe. Every step of
// long work passes here, so this is also where it can be interrupted.

#include <string>

namespace spikeloom {

class Progress {
 public:
  Progress();   ///< shows something only if standard error is a terminal
  ~Progress();  ///< clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `fraction` of `stage` is done, 0 to 1. Throws Interrupted if a signal came.
  void show(const std::string& stage, double fraction);

 private:
  bool visible_;
  int last_percent_ = -1;
  std::string last_stage_;
};

}  // namespace spikeloom
