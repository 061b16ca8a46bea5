// SPDX-License-Identifier: MIT
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/error.h"

extern char** environ;

namespace assay {

Started::Started(pid_t pid, std::filesystem::path out, std::filesystem::path error)
    : x_pid(pid), x_out(std::move(out)), x_error(std::move(error)) {}

Started::Started(Started&& other) noexcept
    : x_pid(std::exchange(other.x_pid, -1)),
      x_out(std::move(other.x_out)),
      x_error(std::move(other.x_error)) {}

Started::~Started() {
  if (x_pid < 0) return;
  ::kill(x_pid, SIGKILL);
  ::waitpid(x_pid, nullptr, 0);
}

void Started::signal(int number) const {
  ::kill(x_pid, number);
}

std::string Started::so_far() const {
  return read_file(x_out);
}

Ended Started::wait() {
  int status = 0;
  ASSAY_CHECK(::waitpid(x_pid, &status, 0) == x_pid);
  x_pid = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(x_out),
          read_file(x_error)};
}

Program::Program() : x_folder("assay-e2e") {
  environment["ASSAY_STORE"] = (folder() / "store").string();
  environment["XDG_CACHE_HOME"] = (folder() / "cache").string();
}

Started Program::start(const std::vector<std::string>& arguments) {
  const std::string name = std::to_string(x_count++);
  const auto out = folder() / (name + ".out"), error = folder() / (name + ".err");
  std::vector<std::string> words{ASSAY_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable)
    if (!environment.contains(std::string(*variable).substr(0, std::string(*variable).find('='))))
      variables.push_back(*variable);
  for (const auto& [key, value] : environment) variables.push_back(key + "=" + value);
  std::vector<char*> argv, envp;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& variable : variables) envp.push_back(variable.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const int error_file = ::open(error.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(out_file, 1);
    ::dup2(error_file, 2);
    if (before_start) before_start();
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out_file);
  ::close(error_file);
  return {pid, out, error};
}

Ended Program::run(const std::vector<std::string>& arguments) {
  return start(arguments).wait();
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    try {
      const std::string stat = read_file(entry.path() / "stat");
      const size_t close = stat.rfind(')');  // "pid (name) state parent ..."
      if (close != stat.npos && std::stoi(stat.substr(close + 4)) == parent)
        children.push_back(std::stoi(name));
    } catch (const std::exception&) {  // it ended meanwhile
    }
  }
  return children;
}

bool eventually(double seconds, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace assay
