using System.Text;
using System.Text.Json;

namespace Athena.Dashboard.Health.Domain;

/// <summary>The names that members of an object may have; at most 32.</summary>
internal sealed class MemberNames(params string[] names)
{
    private readonly byte[][] utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    public string this[int index] => names[index];

    /// <returns>Negative for another name.</returns>
    public int IndexOf(JsonProperty member)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            if (member.NameEquals(utf8[i])) return i;
        }

        return -1;
    }

    public override string ToString() => string.Join(", ", names);
}

/// <summary>Goes over the members of an object without a text or a set for each: a batch has a hundred of them.</summary>
internal struct KnownMembers(JsonElement value, Place of, MemberNames names, FaultList faults)
{
    private JsonElement.ObjectEnumerator members = value.EnumerateObject();
    private uint seen;

    public (string Name, JsonElement Value) Current { get; private set; }

    public readonly KnownMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        while (members.MoveNext())
        {
            var member = members.Current;
            var index = names.IndexOf(member);
            if (index < 0)
            {
                faults.Add(of with { Member = member.Name }, "is not known", null, names.ToString());
            }
            else if ((seen & (1u << index)) != 0)
            {
                faults.Add(of with { Member = names[index] }, "stands there twice");
            }
            else
            {
                seen |= 1u << index;
                Current = (names[index], member.Value);
                return true;
            }
        }

        return false;
    }
}
