internal import Glibc

/// The system's words for an error number.
package func systemMessage(_ number: Int32) -> String {
  unsafe String(cString: strerror(number))
}

/// Repeats a call that a signal interrupted and turns -1 into an error naming the act and the path.
@discardableResult
func systemCall(_ act: String, _ path: String, _ call: () -> Int32) throws(EvidenceError) -> Int32 {
  while true {
    let result = call()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw .file(path: path, act: act, errno: number) }
  }
}
