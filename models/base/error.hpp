#pragma once
// The two kinds of failure: the user's mistake (InputError) and a bug of ours (InternalError).
// Libraries throw; only main() prints and chooses the exit code.

#include <stdexcept>
#include <string>
#include <string_view>

namespace spikeloom {

/// A mistake in something the user gave. what() reads `file#place: sentence`, where place is a JSON
/// pointer or an HDF5 path. Ends the program with exit code 2.
class InputError : public std::runtime_error {
 public:
  /// `file` and `place` may be empty; then what() is the sentence alone, or `file: sentence`.
  InputError(std::string file, std::string place, const std::string& sentence);

  const std::string& file() const { return file_; }
  const std::string& place() const { return place_; }

 private:
  std::string file_;
  std::string place_;
};

/// A broken invariant: a bug of ours. Ends the program with exit code 3.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void fail_check(const char* condition,
                             const char* file,
                             int line,
                             std::string_view sentence);

}  // namespace spikeloom

/// Always on. `sentence` says what was expected to hold.
#define SPIKELOOM_CHECK(condition, sentence) \
  (static_cast<bool>(condition)              \
       ? static_cast<void>(0)                \
       : ::spikeloom::fail_check(#condition, __FILE__, __LINE__, (sentence)))
